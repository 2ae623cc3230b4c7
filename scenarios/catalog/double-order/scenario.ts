import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { latency } from '../../faults/index.js';
import { orderRequest } from '../../load/index.js';
import type { Person, StoryAnswer } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, NEITHER, ORDERS, TWICE } from './judgement.js';

const parameters = z.object({
  customers: z.int().min(2).max(20).default(5).describe('how many customers tap, all at the same time'),
  taps: z.int().min(2).max(15).default(8).describe('how often each taps on "order"'),
  everyMs: z.int().min(0).max(2_000).default(80).describe('how long each waits before tapping again'),
  writeMs: z.int().min(10).max(500).default(250).describe('how long MongoDB takes for each command'),
  lockMs: z.int().min(1).max(5_000).default(50).describe('when the lock expires that is too short'),
});
type Parameters = z.infer<typeof parameters>;

/** Between looking for an unpaid order and writing one there is time for the next tap. */
const DATABASE = { from: 'order-service', to: 'mongo' } as const;

const guard = (kind: string, knobs: Readonly<Record<string, number>> = {}): ArmKnobs => ({
  'order-service': { 'orders.pendingGuard': kind, ...knobs },
});

export const doubleOrder = defineScenario({
  id: 'double-order',
  title: 'Double order',
  question: 'Customers tap eight times on "order". How many orders does each get?',
  summary:
    'Impatient customers tap again and again, and each tap is a request of its own. Without a guard each becomes an order, and so ' +
    'do several under a lock that expires before its holder is done; a unique index, and a lock that lasts, let one through.',
  seconds: 45,
  concepts: ['race-conditions', 'unique-constraints-and-locks'],
  questions: ['prevent-double-orders'],
  claims: ['unique-index-prevents-double-orders', 'redis-lock-prevents-double-orders'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service'],
  links: [DATABASE],
  cast: { customers: 1, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/order-service/dist/data-access/mongo-order-repository.js',
    from: '...onePending && {',
    to: '...false && {',
    refutes: 'orders, unique index',
  },

  arms: () => {
    const both: ArmKnobs = { 'api-gateway': { 'rateLimit.enabled': false } };
    return { undefended: both, defended: both };
  },
  variants: ({ lockMs }) => ({
    undefended: {
      'no guard': guard('none'),
      'lock that expires': guard('lock', { 'orders.pendingLockMs': lockMs }),
    },
    defended: {
      'unique index': guard('unique-index'),
      lock: guard('lock'),
    },
  }),
  bars: [{ value: ORDERS }],

  prediction: {
    question:
      'A lock in Redis expires while the request that holds it is still at work. How many orders does a customer get?',
    options: ['one', 'several', 'none'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.phase('slow', { what: `MongoDB takes ${String(p.writeMs)} ms for each command` }, () =>
      run.inject(latency(DATABASE, { ms: p.writeMs })),
    );
    await run.eachVariant(async (variant) => {
      await run.phase(
        variant,
        { what: `${String(p.customers)} customers tap ${String(p.taps)} times each` },
        async () => {
          const people = await Promise.all(Array.from({ length: p.customers }, () => run.newPerson('customer')));
          const answers = (await Promise.all(people.map((person) => tapAgainAndAgain(run, person, p)))).flat();
          const orders = await storedOrders(run.inside, people);
          const ordersOf = ({ id }: Person): number => orders.filter(({ customerId }) => customerId === id).length;
          run.record(ORDERS, orders.length, { samples: answers.length });
          run.record(TWICE, people.filter((person) => ordersOf(person) > 1).length, { samples: people.length });
          const neither = answers.filter(({ status }) => status !== 201 && status !== 409);
          run.record(NEITHER, neither.length, { samples: answers.length });
        },
      );
    });
    await run.heal();
  },

  checks: checksFor,
  why: explain,
});

/** Each tap is another order for the server: it has a key of its own. */
function tapAgainAndAgain(run: ArmRun, person: Person, { taps, everyMs }: Parameters): Promise<readonly StoryAnswer[]> {
  const body = orderRequest(run.cast.restaurants[0], run.cast.place);
  return Promise.all(
    Array.from({ length: taps }, async (_, n) => {
      await run.wait(n * everyMs);
      return run.api(person).post('/api/orders', body, { idempotencyKey: randomUUID() });
    }),
  );
}
