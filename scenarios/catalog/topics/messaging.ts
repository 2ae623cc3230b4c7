import type { Topic } from '../../protocol/index.js';
import { brokerDown } from '../broker-down/scenario.js';
import { brokerRestart } from '../broker-restart/scenario.js';
import { duplicateDelivery } from '../duplicate-delivery/scenario.js';
import { eventOrdering } from '../event-ordering/scenario.js';
import { notificationFallback } from '../notification-fallback/scenario.js';
import { poisonMessage } from '../poison-message/scenario.js';
import { prefetch } from '../prefetch/scenario.js';
import { quietHours } from '../quiet-hours/scenario.js';
import { slowConsumer } from '../slow-consumer/scenario.js';

export const messaging: Topic = {
  title: 'Messaging',
  scenarios: [
    duplicateDelivery,
    poisonMessage,
    brokerDown,
    brokerRestart,
    prefetch,
    slowConsumer,
    eventOrdering,
    quietHours,
    notificationFallback,
  ],
};
