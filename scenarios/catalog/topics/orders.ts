import type { Topic } from '../../protocol/index.js';
import { doubleOrder } from '../double-order/scenario.js';
import { doubleCharge } from '../double-charge/scenario.js';
import { idempotentCreate } from '../idempotent-create/scenario.js';
import { lostUpdate } from '../lost-update/scenario.js';

export const orders: Topic = {
  title: 'Orders and payments',
  scenarios: [doubleOrder, idempotentCreate, lostUpdate, doubleCharge],
};
