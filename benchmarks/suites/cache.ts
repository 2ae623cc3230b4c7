import type { StartedStack } from '@quickbite/runtime/stack';
import type { Journey } from '../load/load-plan.js';
import { createTally } from '../measurement/tally.js';
import { turnKnobs, watchedOf, withCities } from './bench-stack.js';
import { addressOf, restaurantsOf } from './city.js';
import { loadNotes, measureLoads, medianLatency } from './measure-loads.js';
import type { MeasuredLoad } from './measure-loads.js';
import type { BenchContext, Suite } from './suite.js';

const SERVICES = ['api-gateway', 'restaurant-service'] as const;
const PROCESSES = [...SERVICES, 'mongo', 'redis', 'rabbitmq'] as const;
const CONNECTIONS = 32;
const RATE = 200;
/** What everybody reads at noon. A copy in the gateway is fresh for a second: of what nobody else asks for it saves nothing. */
const POPULAR = 50;
/** So many that nobody reads more often than the limit of the gateway allows, which is on. */
const READERS = 20_000;

/** Where the answer comes from, from the nearest on. */
const WAYS = {
  copy: { what: 'a restaurant from the copy in the gateway', copies: true, cache: true, goal: { atLeast: 3000 } },
  redis: { what: 'a restaurant from Redis', copies: false, cache: true, goal: undefined },
  mongo: { what: 'a restaurant from MongoDB', copies: false, cache: false, goal: undefined },
} as const;

/** One restaurant after the other, each reader from an address of their own. */
function reads(ids: readonly string[]): readonly Journey[] {
  return Array.from({ length: READERS }, (_, n) => [
    {
      method: 'GET' as const,
      path: `/api/restaurants/${ids[n % ids.length] ?? ''}`,
      headers: { 'x-forwarded-for': addressOf(n) },
      expects: 200,
    },
  ]);
}

async function measure(context: BenchContext) {
  const tally = createTally();
  await withCities(context, SERVICES, [1], async (stack, inside) => {
    const journeys = reads((await restaurantsOf(inside)).slice(0, POPULAR).map(({ id }) => id));
    await measureLoads(context, tally, waysOn(stack, journeys), (results) => {
      const median = (way: string): number => medianLatency(results.get(way));
      tally.add('mongo-to-redis-ratio', 'ratio', median('mongo') / median('redis'));
      tally.add('redis-to-copy-ratio', 'ratio', median('redis') / median('copy'));
    });
  });
  return tally.measurement();
}

const waysOn = (stack: StartedStack, journeys: readonly Journey[]): readonly MeasuredLoad[] =>
  Object.entries(WAYS).map(([name, { copies, cache }]) => ({
    name,
    target: stack.process('api-gateway').url,
    journeys,
    connections: CONNECTIONS,
    rate: RATE,
    processes: watchedOf(stack),
    prepare: async () => {
      await turnKnobs(stack, 'api-gateway', { 'responseCache.enabled': copies });
      await turnKnobs(stack, 'restaurant-service', { 'cache.enabled': cache });
    },
  }));

const note = (name: keyof typeof WAYS) => {
  const { what, goal } = WAYS[name];
  return loadNotes(name, what, { rate: RATE, processes: PROCESSES, ...(goal && { goal }) });
};

/** What each layer of the cache saves. */
export const cache: Suite = {
  id: 'cache',
  title: 'What a cache saves',
  question: 'A restaurant is read from a copy in the gateway, from Redis, or from MongoDB. What does each layer save?',
  limit:
    'One thread. From the copy it is that of the gateway, which spends most of its time on HTTP and on writing to sockets: a second gateway ' +
    'doubles it. Past the copy it is that of the restaurant service, which answers with Express, long before Redis or MongoDB are busy.',
  concepts: ['cache-aside', 'multi-level-caching', 'response-cache'],
  questions: ['cache-in-the-process-or-redis'],
  figures: {
    ...note('copy'),
    ...note('redis'),
    ...note('mongo'),
    'mongo-to-redis-ratio': { what: 'the median from MongoDB as a multiple of that from Redis', unit: 'ratio' },
    'redis-to-copy-ratio': { what: 'the median from Redis as a multiple of that from the copy', unit: 'ratio' },
  },
  charts: [
    {
      title: 'reads a second, as many as are taken',
      bars: { 'copy-rate': 'copy in the gateway', 'redis-rate': 'Redis', 'mongo-rate': 'MongoDB' },
    },
    {
      title: `median at ${RATE} a second`,
      bars: { 'copy-paced-p50': 'copy in the gateway', 'redis-paced-p50': 'Redis', 'mongo-paced-p50': 'MongoDB' },
    },
  ],
  measure,
};
