import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderAt } from './testing/order-at.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

/** Times that the race is run: without the lock it is lost in nearly every one. */
const ROUNDS = 40;

describe('a kitchen that starts while the customer cancels', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());

  /** Both act on the version that both have seen, at the same moment. */
  async function race() {
    const { id, version, owner, customer, move, read } = await orderAt(service, 'CONFIRMED');
    const answers = await Promise.all([
      move(id, 'PREPARING', version, owner),
      move(id, 'CANCELLED', version, customer),
    ]);
    const order = await read(id);
    const steps = order.history as readonly { readonly from: string | null; readonly to: string }[];
    return {
      statuses: answers.map(({ status }) => status),
      order,
      /** What both were told had become of the CONFIRMED order. */
      outcomes: steps.filter(({ from }) => from === 'CONFIRMED').map(({ to }) => to),
    };
  }

  it('is told by a 409 that somebody was faster, each time', async () => {
    for (let round = 0; round < ROUNDS / 4; round += 1) {
      const { statuses, order, outcomes } = await race();
      expect(statuses.toSorted()).toEqual([200, 409]);
      expect(outcomes).toEqual([statuses[0] === 200 ? 'PREPARING' : 'CANCELLED']);
      expect(order.status).toBe(outcomes[0]);
    }
  });

  it('loses an update without the lock: both are told that it worked, and one of them was told wrong', async () => {
    await service.setKnobs({ 'orders.optimisticLock': false });
    for (let round = 0; round < ROUNDS; round += 1) {
      const { statuses, order, outcomes } = await race();
      if (outcomes.length < 2) continue;
      expect(statuses).toEqual([200, 200]);
      expect(outcomes.toSorted()).toEqual(['CANCELLED', 'PREPARING']);
      // The last write won: the other outcome is in the history and nowhere else.
      expect(order.status).toBe(outcomes[1]);
      return;
    }
    throw new Error(`expected an update to be lost in one of ${ROUNDS} races`);
  });
});
