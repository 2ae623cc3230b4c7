import { randomBytes } from 'node:crypto';
import type { StartedStack } from '@quickbite/runtime/stack';
import type { Journey } from '../load/load-plan.js';
import { createTally } from '../measurement/tally.js';
import { turnKnobs, watchedOf, withCities } from './bench-stack.js';
import { addDrivers, signedIn } from './city.js';
import { loadNotes, measureLoads, medianLatency, mergeNotes } from './measure-loads.js';
import type { BenchContext, Suite } from './suite.js';

const SERVICES = ['api-gateway', 'driver-service'] as const;
const PROCESSES = [...SERVICES, 'mongo', 'redis', 'rabbitmq'] as const;
const CONNECTIONS = 8;
/** What a search of all drivers still takes on a slow machine. */
const RATE = 5;
const FLEETS = [500, 2500] as const;
const WAYS = { index: true, scan: false } as const;
/** So many that nobody searches more often than the limit of the gateway allows. */
const SEARCHERS = 4000;
/** About 1,000 km: a city has the same number of drivers within reach, however many there are elsewhere. */
const DEGREES = 10;
const CENTRE = [10, 50] as const;

/** Spread evenly, and the same each time. */
const placeOf = (n: number): readonly [number, number] => [
  CENTRE[0] + DEGREES * (((n * 0.754_877_666) % 1) - 0.5),
  CENTRE[1] + DEGREES * (((n * 0.569_840_296) % 1) - 0.5),
];
/** Ten of those that are searched for are always near. */
const cityPlaceOf = (n: number): readonly [number, number] =>
  n < 10 ? [CENTRE[0] + n / 1000, CENTRE[1] + n / 1000] : placeOf(n);

function searches(stack: StartedStack): readonly Journey[] {
  const headersOf = signedIn(stack);
  const path = `/api/drivers/nearby?lng=${CENTRE[0]}&lat=${CENTRE[1]}&radius=5000`;
  return Array.from({ length: SEARCHERS }, (_, n) => [
    { method: 'GET' as const, path, headers: headersOf(randomBytes(12).toString('hex'), n), expects: 200 },
  ]);
}

async function measure(context: BenchContext) {
  const tally = createTally();
  await withCities(context, SERVICES, [], async (stack, inside) => {
    const journeys = searches(stack);
    let there = 0;
    for (const size of FLEETS) {
      context.onProgress(`${size} drivers`);
      await addDrivers(inside, size - there, (n) => cityPlaceOf(there + n));
      there = size;
      const loads = Object.entries(WAYS).map(([way, byIndex]) => ({
        name: `${way}-${size}`,
        target: stack.process('api-gateway').url,
        journeys,
        connections: CONNECTIONS,
        rate: RATE,
        processes: watchedOf(stack),
        prepare: () => turnKnobs(stack, 'driver-service', { 'search.byIndex': byIndex }),
      }));
      await measureLoads(context, tally, loads, (results) => {
        const median = (way: string): number => medianLatency(results.get(`${way}-${size}`));
        tally.add(`scan-to-index-${size}`, 'ratio', median('scan') / median('index'));
      });
    }
  });
  return tally.measurement();
}

const names = FLEETS.flatMap((size) =>
  Object.keys(WAYS).map((way) => ({
    name: `${way}-${size}`,
    what: `the nearest of ${size} drivers ${way === 'index' ? 'by the index' : 'among all of them'}`,
  })),
);

/** What a geospatial index saves. */
export const geo: Suite = {
  id: 'geo',
  title: 'The nearest driver',
  question:
    'Who is near? The geospatial index answers, or every driver is looked at. What becomes of either when the fleet grows?',
  concepts: ['geospatial-indexes', 'nearest-driver', 'mongodb-indexes'],
  questions: ['find-the-nearest-driver', 'how-do-mongodb-geo-queries-work'],
  figures: {
    ...Object.fromEntries(
      FLEETS.map((size) => [
        `scan-to-index-${size}`,
        { what: `the median without the index as a multiple of that with it, ${size} drivers`, unit: 'ratio' as const },
      ]),
    ),
    ...mergeNotes(names.map(({ name, what }) => loadNotes(name, what, { rate: RATE, processes: PROCESSES }))),
  },
  charts: [
    {
      title: 'searches a second, as many as are taken',
      bars: Object.fromEntries(names.map(({ name }) => [`${name}-rate`, name])),
    },
    {
      title: `median at ${RATE} a second`,
      bars: Object.fromEntries(names.map(({ name }) => [`${name}-paced-p50`, name])),
    },
  ],
  measure,
};
