import { acknowledgementBehaviours } from './acknowledgement-behaviours.test.js';
import { bindingBehaviours } from './binding-behaviours.test.js';
import type { UrlOf } from './clients.test.js';
import { connectionBehaviours } from './connection-behaviours.test.js';
import { deadLetterBehaviours } from './dead-letter-behaviours.test.js';
import { deliveryBehaviours } from './delivery-behaviours.test.js';
import { exchangeBehaviours } from './exchange-behaviours.test.js';
import { limitBehaviours } from './limit-behaviours.test.js';
import { publishingBehaviours } from './publishing-behaviours.test.js';
import { queueBehaviours } from './queue-behaviours.test.js';
import { wireBehaviours } from './wire-behaviours.test.js';

/**
 * What a client sees of RabbitMQ 3.x. The same suites run against the embedded broker and against an installed
 * rabbitmq-server; the address is asked when a test starts.
 */
export function amqpBehaviours(url: UrlOf): void {
  connectionBehaviours(url);
  wireBehaviours(url);
  exchangeBehaviours(url);
  bindingBehaviours(url);
  queueBehaviours(url);
  deliveryBehaviours(url);
  acknowledgementBehaviours(url);
  publishingBehaviours(url);
  limitBehaviours(url);
  deadLetterBehaviours(url);
}
