import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { orderRequest } from '../../load/index.js';
import type { Person } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';

const order = z.looseObject({ id: z.string() });
const tapping = z.object({ sameKey: z.boolean() });

const CREATED = [200, 201];

/**
 * They order in the same moment, and each taps twice. Then they pay, all at once.
 * @returns how many orders nobody wanted
 */
export async function crowdOrders(run: ArmRun, people: readonly Person[]): Promise<{ readonly twins: number }> {
  const { sameKey } = run.client(tapping);
  const { restaurants, place } = run.cast;
  const body = orderRequest(restaurants[0], place);
  const orders = await Promise.all(
    people.map(async (customer) => {
      const key = randomUUID();
      const tap = (idempotencyKey: string) => run.api(customer).post('/api/orders', body, { idempotencyKey });
      const answers = await Promise.all([tap(key), tap(sameKey ? key : randomUUID())]);
      const ids = answers.filter(({ status }) => CREATED.includes(status ?? 0)).map((answer) => answer.read(order).id);
      return { customer, ids: [...new Set(ids)] };
    }),
  );
  const placed = orders.flatMap(({ customer, ids: [id] }) => (id === undefined ? [] : [{ customer, id }]));
  await Promise.all(
    placed.map(({ customer, id }) =>
      run
        .api(customer)
        .post(`/api/orders/${id}/payment`, { paymentToken: 'tok_visa' }, { idempotencyKey: randomUUID() }),
    ),
  );
  return { twins: orders.reduce((sum, { ids }) => sum + Math.max(0, ids.length - 1), 0) };
}
