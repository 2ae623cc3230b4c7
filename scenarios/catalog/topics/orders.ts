import type { Topic } from '../../protocol/index.js';
import { databasePerService } from '../database-per-service/scenario.js';
import { doubleCharge } from '../double-charge/scenario.js';
import { doubleOrder } from '../double-order/scenario.js';
import { dualWrite } from '../dual-write/scenario.js';
import { embeddedVsReferenced } from '../embedded-vs-referenced/scenario.js';
import { idempotentCreate } from '../idempotent-create/scenario.js';
import { lostUpdate } from '../lost-update/scenario.js';
import { nPlusOne } from '../n-plus-one/scenario.js';
import { orderStateMachine } from '../order-state-machine/scenario.js';
import { paymentFailure } from '../payment-failure/scenario.js';

export const orders: Topic = {
  title: 'Orders and payments',
  scenarios: [
    doubleOrder,
    idempotentCreate,
    lostUpdate,
    doubleCharge,
    paymentFailure,
    dualWrite,
    nPlusOne,
    orderStateMachine,
    databasePerService,
    embeddedVsReferenced,
  ],
};
