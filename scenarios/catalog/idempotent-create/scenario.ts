import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { timeout } from '../../faults/index.js';
import { orderRequest, placeOrder } from '../../load/index.js';
import type { StoryAnswer } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, measured } from './judgement.js';

const parameters = z.object({
  customers: z.int().min(2).max(50).default(12).describe('how many customers order, once each'),
  repeats: z.int().min(1).max(5).default(2).describe('how often the app of each sends its order again'),
  timeoutMs: z.int().min(300).max(5_000).default(2_500).describe('how long the gateway waits for order-service'),
});

/** Requests arrive over it and answers do not: the order is placed, and nobody hears of it. */
const LINK = { from: 'api-gateway', to: 'order-service' } as const;

const app = z.object({ sameKey: z.boolean() });

export const idempotentCreate = defineScenario({
  id: 'idempotent-create',
  title: 'Idempotent create',
  question: 'The answer to "order" is lost and the app sends it again. How many orders are there?',
  summary:
    'Customers order while the answers of the order service are swallowed on their way: the orders are placed, and nobody knows. ' +
    'Their apps send them again. With a new Idempotency-Key each time they order anew; with the same one they get the first order.',
  seconds: 30,
  concepts: ['idempotency'],
  questions: ['what-makes-a-request-idempotent'],
  claims: ['idempotency-key-prevents-duplicates'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service'],
  links: [LINK],
  cast: { customers: 1, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/place-order.js',
    from: 'idempotencyKey,\n    requestHash',
    to: 'idempotencyKey: crypto.randomUUID(),\n    requestHash',
    refutes: measured.orders,
  },

  arms: () => {
    // Neither the guard against two unpaid orders nor the gateway's own repetitions: the key alone is measured.
    const alike = {
      'api-gateway': {
        'rateLimit.enabled': false,
        'retry.enabled': false,
        'breaker.enabled': false,
        'balancing.ejection': false,
        // Long enough for a busy machine; only while answers are lost it is as short as `timeoutMs`.
        'upstream.timeoutMs': 15_000,
      },
      'order-service': { 'orders.pendingGuard': 'none' },
    };
    return {
      undefended: { ...alike, client: { sameKey: false } },
      defended: { ...alike, client: { sameKey: true } },
    };
  },
  bars: [{ value: measured.orders }],

  prediction: {
    question:
      'An app sends an order, gets no answer, and sends it twice more under the same key. How many orders are there?',
    options: ['none', 'one', 'three'],
    answer: answerOfThePrediction,
  },

  async story(run, { customers, repeats, timeoutMs }) {
    const { sameKey } = run.client(app);
    const people = await Promise.all(Array.from({ length: customers }, () => run.newPerson('customer')));
    const body = orderRequest(run.cast.restaurants[0], run.cast.place);
    const sends = people.map((person) => {
      const key = randomUUID();
      return () => run.api(person).post('/api/orders', body, { idempotencyKey: sameKey ? key : randomUUID() });
    });

    await run.phase('calm', { what: 'everything works' }, async () => {
      // Opens connections all the way: the orders that are lost later are to be placed well within the gateway's patience.
      const [customer] = run.cast.customers;
      await Promise.all(Array.from({ length: customers }, () => placeOrder(run.api(customer), run.cast)));
    });
    await run.phase('lost', { what: 'answers of order-service are lost' }, async () => {
      await run.inject(timeout(LINK));
      let answers: readonly StoryAnswer[] = [];
      await run.withKnobs({ 'api-gateway': { 'upstream.timeoutMs': timeoutMs } }, async () => {
        answers = await Promise.all(sends.map((send) => send()));
      });
      run.record(measured.unanswered, answers.filter(({ status }) => status === 504).length, { samples: customers });
      // What is lost is the answer, not the order: all of them are there before anybody asks again.
      await run.until('every order is in the database', async () =>
        (await storedOrders(run.inside, people)).length >= customers ? true : undefined,
      );
      await run.heal();
    });

    await run.phase('again', { what: `the apps send it again, ${String(repeats)} times` }, async () => {
      const told: string[] = [];
      for (let n = 0; n < repeats; n += 1) {
        const answers = await Promise.all(sends.map((send) => send()));
        told.push(...answers.map((answer) => answer.expect(200, 201).read(z.looseObject({ id: z.string() })).id));
      }
      const orders = await storedOrders(run.inside, people);
      run.record(measured.orders, orders.length, { samples: customers * (1 + repeats) });
      const first = new Set(
        people.map(({ id }) => orders.find(({ customerId }) => customerId === id)?.id ?? 'no order at all'),
      );
      run.record(measured.sameOrder, told.filter((id) => first.has(id)).length, { samples: told.length });
    });
  },

  checks: checksFor,
  why: explain,
});
