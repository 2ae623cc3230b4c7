import { z } from 'zod';
import { latency } from '../../faults/index.js';
import { paidOrder } from '../../load/index.js';
import type { AnsweredOrder, Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, measured } from './judgement.js';

const parameters = z.object({
  orders: z.int().min(5).max(100).default(20).describe('how many orders are cancelled while their kitchen starts'),
  readMs: z.int().min(1).max(500).default(100).describe('how long MongoDB takes for each command'),
});

/** Both have read the order before either has written it: the time in between is a query. */
const DATABASE = { from: 'order-service', to: 'mongo' } as const;

export const lostUpdate = defineScenario({
  id: 'lost-update',
  title: 'Lost update',
  question: 'A customer cancels in the moment in which the kitchen starts. Who is told the truth?',
  summary:
    'Customer and restaurant look at the same version of an order and decide at the same time: one cancels, one starts to cook. ' +
    'When the last write wins, both are told yes and one of them wrongly; with a version in the write, the second one is told no.',
  seconds: 35,
  concepts: ['optimistic-locking', 'race-conditions'],
  questions: ['optimistic-or-pessimistic-locking'],
  claims: ['version-field-detects-conflicts'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', 'payment-provider'],
  links: [DATABASE],
  cast: { customers: 3, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/order-service/dist/data-access/mongo-order-repository.js',
    from: '...optimisticLock() && { version',
    to: '...false && { version',
    refutes: measured.bothTold,
  },

  arms: () => {
    const gateway = { 'api-gateway': { 'rateLimit.enabled': false } };
    return {
      undefended: { ...gateway, 'order-service': { 'orders.optimisticLock': false } },
      defended: { ...gateway, 'order-service': { 'orders.optimisticLock': true } },
    };
  },
  bars: [{ value: measured.bothTold }],

  prediction: {
    question:
      'Two people change version 2 of an order at the same moment, and each write names the version. What are they told?',
    options: [
      'both that it worked',
      'one that it worked, one that the order has changed',
      'both that the order has changed',
    ],
    answer: answerOfThePrediction,
  },

  async story(run, { orders: count, readMs }) {
    const { customers, owner } = run.cast;
    const [customer] = customers;
    if (!customer) return;
    const placed: AnsweredOrder[] = [];
    await run.phase('paid', { what: `${String(count)} orders are placed and paid` }, async () => {
      while (placed.length < count) placed.push(await paidOrder(run.api(customer), run.cast));
    });

    await run.phase('race', { what: 'the customer cancels while the kitchen starts' }, async () => {
      await run.inject(latency(DATABASE, { ms: readMs }));
      // Where a stack has drivers, an order may get one at any moment, which is a change as well: each race begins with a look.
      const told = await Promise.all(
        placed.map(async ({ id }) => {
          const seen = (await run.api(customer).get(`/api/orders/${id}`))
            .expect(200)
            .read(z.looseObject({ version: z.number() }));
          const move = async (who: Person, to: string): Promise<boolean> => {
            const body = { to, version: seen.version };
            return (await run.api(who).post(`/api/orders/${id}/transitions`, body)).expect(200, 409).status === 200;
          };
          const [cooks, cancelled] = await Promise.all([move(owner, 'PREPARING'), move(customer, 'CANCELLED')]);
          return { id, cooks, cancelled };
        }),
      );
      await run.heal();

      const stored = new Map((await storedOrders(run.inside, [customer])).map((order) => [order.id, order]));
      const samples = told.length;
      const count = (which: (one: (typeof told)[number]) => boolean): number => told.filter(which).length;
      run.record(
        measured.bothTold,
        count(({ cooks, cancelled }) => cooks && cancelled),
        { samples },
      );
      run.record(
        measured.oneTold,
        count(({ cooks, cancelled }) => cooks !== cancelled),
        { samples },
      );
      const untrue = count(({ id, cooks, cancelled }) => {
        const status = stored.get(id)?.status;
        return (cooks && status !== 'PREPARING') || (cancelled && status !== 'CANCELLED');
      });
      run.record(measured.toldWrong, untrue, { samples });
    });
  },

  checks: checksFor,
  why: explain,
});
