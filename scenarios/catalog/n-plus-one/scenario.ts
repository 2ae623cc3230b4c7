import { z } from 'zod';
import { latency } from '../../faults/index.js';
import { placeOrder } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs } from '../../protocol/index.js';
import { answerOfThePrediction, CALLS, checksFor, explain, NAMELESS, TIME } from './judgement.js';

const parameters = z.object({
  orders: z.int().min(2).max(100).default(20).describe('how many orders the list shows, each of another restaurant'),
  lists: z.int().min(3).max(50).default(8).describe('how often the list is read'),
  callMs: z.int().min(1).max(200).default(15).describe('how long restaurant-service takes to answer'),
});

/** On one machine a call takes a millisecond; between two it takes several. */
const LINK = { from: 'order-service', to: 'restaurant-service' } as const;

const strategy = (name: string): ArmKnobs => ({ 'order-service': { 'orders.listStrategy': name } });
const listed = z.looseObject({
  items: z.array(z.looseObject({ restaurant: z.looseObject({ name: z.string().optional() }) })),
});

export const nPlusOne = defineScenario({
  id: 'n-plus-one',
  title: 'N+1 queries',
  question: 'A list of 20 orders shows the names of 20 restaurants. How many calls is that?',
  summary:
    'Orders are in one service, names of restaurants in another. Asking for each order is one call more for each; asking once for all of ' +
    'them is one; keeping a copy of the name in the order is none.',
  seconds: 35,
  concepts: ['n-plus-one', 'debugging-slow-endpoints'],
  questions: ['what-is-the-n-plus-one-problem'],
  claims: ['n-plus-one-costs-a-second', 'populate-solves-n-plus-one'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service'],
  links: [LINK],
  cast: { customers: 1, restaurants: 20 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/name-restaurants.js',
    from: 'const strategy = listStrategy();',
    to: 'const strategy = listStrategy() === "batch" ? "n-plus-one" : listStrategy();',
    refutes: `${CALLS}, batch`,
  },

  arms: () => {
    const both: ArmKnobs = {
      'api-gateway': { 'rateLimit.enabled': false },
      'order-service': { 'orders.pendingGuard': 'none' },
    };
    return { undefended: both, defended: both };
  },
  variants: () => ({
    undefended: { 'n-plus-one': strategy('n-plus-one') },
    defended: { batch: strategy('batch'), denormalised: strategy('denormalised') },
  }),
  bars: [{ value: CALLS }, { value: TIME, unit: 'ms' }],

  prediction: {
    question: 'With one call for each order a list of 20 takes some 300 ms. What does it take with one call for all?',
    options: ['about the same', 'half of it', 'a small part of it'],
    answer: answerOfThePrediction,
  },

  async story(run, { orders, lists, callMs }) {
    const reader = await run.newPerson('customer');
    await run.phase('orders', { what: `${String(orders)} orders are placed` }, async () => {
      for (let n = 0; n < orders; n += 1) await placeOrder(run.api(reader), run.cast, n);
    });
    await run.phase('slow', { what: `restaurant-service is ${String(callMs)} ms away` }, () =>
      run.inject(latency(LINK, { ms: callMs })),
    );
    await run.eachVariant(async (variant) => {
      await run.phase(variant, { what: `the list is read ${String(lists)} times` }, async () => {
        const read = () => run.api(reader).get(`/api/orders?limit=${String(orders)}`);
        // The first one opens connections and fills the cache of restaurant-service, which is not what is compared.
        (await read()).expect(200);
        const before = await run.inside.metrics('order-service');
        let nameless = 0;
        for (let n = 0; n < lists; n += 1) {
          const answer = (await read()).expect(200);
          run.record(TIME, answer.ms);
          nameless += answer.read(listed).items.filter(({ restaurant }) => restaurant.name === undefined).length;
        }
        const after = await run.inside.metrics('order-service');
        run.record(CALLS, after.since(before, 'restaurant_lookups_total') / lists, { samples: lists });
        run.record(NAMELESS, nameless, { samples: lists * orders });
      });
    });
    await run.heal();
  },

  checks: checksFor,
  why: explain,
});
