import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { PLACES, answerOfThePrediction, checksFor, explain, values } from './judgement.js';

const parameters = z.object({
  orders: z.int().min(3).max(18).default(6).describe('how many order at the same time'),
  others: z
    .int()
    .min(1)
    .max(1_000)
    .default(60)
    .describe('how many look at restaurants beside them, and are logged as well'),
});

const created = z.looseObject({ id: z.string() });
/** Two events an order: placed, and paid. */
const EVENTS = 2;
/** A line is written when the answer is out, and a message when it is handled: soon after, on a busy machine some seconds. */
const WRITTEN_MS = 15_000;

/** A busy machine is waited for: nothing here is about time. */
const PATIENT_MS = 30_000;

const sending = (on: boolean): ArmKnobs => ({
  'api-gateway': { 'correlation.forward': on, 'upstream.timeoutMs': PATIENT_MS },
});

export const correlationId = defineScenario({
  id: 'correlation-id',
  title: 'Correlation ids',
  question: 'Somebody quotes an id and says: my order was slow. What of it can be found in the logs?',
  summary:
    'Customers order and pay at the same time, each with an id that the answer quotes. Where every service makes an id of its own, the one ' +
    'that the customer has leads to the gateway and no further; passed on, it finds the order in each service, and behind the broker.',
  seconds: 30,
  concepts: ['correlation-ids', 'structured-logging'],
  questions: ['follow-one-request-through-all-services'],
  claims: ['correlation-id-traces-a-request'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'payment-provider',
    'notification-service',
  ],
  cast: { customers: 6 },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/data-access/instance-client.js',
    from: 'flat.push("x-correlation-id"',
    to: 'flat.push("x-request-id"',
    refutes: 'orders found in order-service',
  },

  arms: () => ({ undefended: sending(false), defended: sending(true) }),
  bars: [{ value: values.perOrder }],

  prediction: {
    question: 'The gateway passes the id on. Does it also find what happened behind the broker, after the answer?',
    options: [
      'no: nobody waits there, the request is over',
      'yes, if the event carries it',
      'only while the request lasts',
    ],
    answer: answerOfThePrediction,
  },

  notes: {
    orders: 'Six checkouts interleave in six processes. Sorting the logs by time shows a mixture.',
    search: 'Each customer has one id. How many of their lines does it find?',
  },

  async story(run, p) {
    const ids = Array.from({ length: p.orders }, () => randomUUID());
    const before = await handled(run);
    const since = new Date().toISOString();

    await run.phase('orders', { what: `${String(p.orders)} customers order and pay at once` }, async () => {
      await Promise.all([lookAround(run, p.others), ...ids.map((id, n) => checkOut(run, n, id))]);
      await run.until(
        'the events of all orders were handled',
        async () => ((await handled(run)) - before >= EVENTS * p.orders ? true : undefined),
        WRITTEN_MS,
      );
    });

    await run.phase('search', { what: 'the id of each is looked for in all logs' }, async () => {
      // What was done is in the logs, whether or not an id leads to it.
      await run.until(
        'each order is in the log of order-service',
        async () => {
          const lines = (await run.inside.log()).filter(({ time }) => time >= since);
          const written = lines.filter(
            ({ process, fields }) => process === 'order-service' && fields['path'] === '/api/orders',
          );
          run.record(values.lines, lines.length, { samples: lines.length });
          run.record(values.written, written.length, { samples: p.orders });
          return written.length >= p.orders || undefined;
        },
        WRITTEN_MS,
      );

      const trails = await Promise.all(ids.map((id) => run.inside.log(id)));
      for (const place of PLACES) {
        const found = trails.filter((trail) => trail.some(({ process }) => process === place));
        run.record(values.foundIn(place), found.length, { samples: p.orders });
      }
      const behindBroker = trails.filter((trail) => trail.some(({ fields }) => fields['queue'] !== undefined));
      run.record(values.behindBroker, behindBroker.length, { samples: p.orders });
      run.record(values.perOrder, Math.min(...trails.map((trail) => trail.length)), { samples: p.orders });
    });
  },

  checks: checksFor,
  why: explain,
});

/** Messages that notification-service has handled. */
const handled = async (run: ArmRun): Promise<number> =>
  (await run.inside.metrics('notification-service')).value('messages_total') ?? 0;

/** People who want something else: their lines are between those of the orders. */
async function lookAround(run: ArmRun, people: number): Promise<void> {
  const { restaurantIds } = run.cast;
  await run.burst('browse', people, (n) => ({
    path: `/api/restaurants/${restaurantIds[n % restaurantIds.length] ?? ''}`,
  }));
}

/** One customer's order and payment, both under the id that the app of the customer made. */
async function checkOut(run: ArmRun, n: number, id: string): Promise<void> {
  const { customers, restaurants, place } = run.cast;
  const restaurant = restaurants[n % restaurants.length];
  const api = run.api(customers[n % customers.length]);
  const options = (): { idempotencyKey: string; headers: Record<string, string> } => ({
    idempotencyKey: randomUUID(),
    headers: { 'x-correlation-id': id },
  });
  const order = {
    restaurantId: restaurant?.id,
    items: [{ menuItemId: restaurant?.menu[0]?.id, quantity: 1 }],
    deliveryLocation: place,
  };
  const made = (await api.post('/api/orders', order, options())).expect(201).read(created);
  (await api.post(`/api/orders/${made.id}/payment`, { paymentToken: 'tok_visa' }, options())).expect(200);
}
