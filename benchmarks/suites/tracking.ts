import { setTimeout as delay } from 'node:timers/promises';
import type { StartedStack } from '@quickbite/runtime/stack';
import type { Readers } from '@quickbite/scenarios/readers';
import { ObjectId } from 'mongodb';
import type { Journey } from '../load/load-plan.js';
import { createTally } from '../measurement/tally.js';
import type { Tally } from '../measurement/tally.js';
import { turnKnobs, watchedOf, withCities } from './bench-stack.js';
import { accountIds, addDrivers, restaurantsOf, signedIn } from './city.js';
import { loadNotes, measureLoads, mergeNotes } from './measure-loads.js';
import type { BenchContext, FigureNote, Suite } from './suite.js';
import { openViewers } from './viewers.js';

const SERVICES = [
  'api-gateway',
  'user-service',
  'restaurant-service',
  'order-service',
  'driver-service',
  'payment-provider',
] as const;
const PROCESSES = [...SERVICES, 'mongo', 'redis', 'rabbitmq'] as const;
const CONNECTIONS = 16;
const RATE = 100;
/** So many that none writes more often than the limit of the gateway allows. */
const DRIVERS = 3000;
const VIEWERS = 100;
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

const WAYS = {
  together: { what: 'positions that are written together, once a second', coalesce: true, everyMs: 1250 },
  singly: { what: 'positions of which each is a write', coalesce: false, everyMs: 250 },
} as const;

/** Drivers by turns, each a little farther than before. */
async function positions(stack: StartedStack, inside: Readers): Promise<readonly Journey[]> {
  const places = (await restaurantsOf(inside)).map(({ location }) => location.coordinates);
  const placeOf = (n: number): readonly [number, number] => places[n % places.length] ?? [0, 0];
  const users = await addDrivers(inside, DRIVERS, placeOf);
  const headersOf = signedIn(stack);
  return users.map((user, n) => {
    const [longitude, latitude] = placeOf(n);
    const location = { type: 'Point', coordinates: [longitude + 0.001, latitude] };
    return [
      {
        method: 'PUT' as const,
        path: '/api/drivers/me/location',
        headers: { ...headersOf(user, n, 'driver'), 'content-type': 'application/json' },
        body: JSON.stringify({ location }),
        expects: 200,
      },
    ];
  });
}

/** An order with a driver on the way to it. */
interface Trip {
  readonly orderId: string;
  readonly customer: Record<string, string>;
  readonly driver: Record<string, string>;
}

async function startTrip(stack: StartedStack, inside: Readers, signal: AbortSignal): Promise<Trip> {
  const [[customerId = ''], [restaurant]] = [await accountIds(inside, 'customer'), await restaurantsOf(inside)];
  const headersOf = signedIn(stack);
  const customer = headersOf(customerId, 0);
  const post = async (path: string, body: unknown): Promise<{ readonly id: string }> => {
    const headers = {
      ...customer,
      'content-type': 'application/json',
      'idempotency-key': new ObjectId().toHexString(),
    };
    const answer = await fetch(`${stack.process('api-gateway').url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal,
    });
    if (!answer.ok)
      throw new Error(`Expected POST ${path} to be accepted, got ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { readonly id: string };
  };
  const { id } = await post('/api/orders', {
    restaurantId: restaurant?.id,
    items: [{ menuItemId: restaurant?.dishId, quantity: 1 }],
    deliveryLocation: restaurant?.location,
  });
  await post(`/api/orders/${id}/payment`, { paymentToken: 'tok_visa' });
  const drivers = (await inside.mongo('driver_service')).collection('drivers');
  const orders = (await inside.mongo('order_service')).collection('orders');
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (Date.now() < giveUpAt) {
    const driver = await drivers.findOne({ currentOrderId: new ObjectId(id) });
    const order = await orders.findOne({ _id: new ObjectId(id), driverId: { $exists: true, $ne: null } });
    if (driver && order) return { orderId: id, customer, driver: headersOf(String(driver['userId']), 1, 'driver') };
    await delay(LOOK_MS, undefined, { signal });
  }
  throw new Error(`Expected the order ${id} to get a driver within ${PATIENCE_MS} ms, it got none.`);
}

/** The driver moves, and everybody who follows the order sees it. */
async function follow(context: BenchContext, stack: StartedStack, trip: Trip, tally: Tally): Promise<void> {
  const { repetitions, onProgress } = context;
  const { url } = stack.process('api-gateway');
  await turnKnobs(stack, 'api-gateway', { 'tracking.maxPerAccount': VIEWERS, 'rateLimit.write.limit': 10_000 });
  await turnKnobs(stack, 'api-gateway', { 'rateLimit.general.limit': 10_000 });
  const viewers = await openViewers(`${url}/api/orders/${trip.orderId}/track`, trip.customer, VIEWERS);
  try {
    for (let turn = 1; turn <= repetitions; turn += 1)
      for (const [name, { coalesce, everyMs }] of Object.entries(WAYS)) {
        onProgress(`${name}: ${VIEWERS} people follow one driver (${turn} of ${repetitions})`);
        await turnKnobs(stack, 'driver-service', { 'location.coalesce': coalesce });
        const sent = await drive(context, url, trip, { everyMs, from: 10 + turn + (coalesce ? 0 : 0.5) });
        const seen = await viewers.seeAll(sent, PATIENCE_MS);
        tally.addLatencies(`follow-${name}`, 'ms', seen);
        const wanted = sent.size * VIEWERS;
        tally.add(`follow-${name}-missed`, '%', (100 * (wanted - seen.length)) / wanted, wanted);
      }
  } finally {
    viewers.close();
  }
}

/** @returns when each position was sent, by its longitude */
async function drive(
  { seconds, signal }: BenchContext,
  url: string,
  { driver }: Trip,
  { everyMs, from }: { readonly everyMs: number; readonly from: number },
): Promise<ReadonlyMap<number, number>> {
  const sent = new Map<number, number>();
  for (let n = 0; n < (seconds * 1000) / everyMs; n += 1) {
    const longitude = Number((from + n / 10_000).toFixed(4));
    sent.set(longitude, performance.now());
    const answer = await fetch(`${url}/api/drivers/me/location`, {
      method: 'PUT',
      headers: { ...driver, 'content-type': 'application/json' },
      body: JSON.stringify({ location: { type: 'Point', coordinates: [longitude, 50] } }),
      signal,
    });
    if (!answer.ok) throw new Error(`Expected a position to be taken, got ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
    await delay(everyMs, undefined, { signal });
  }
  return sent;
}

async function measure(context: BenchContext) {
  const tally = createTally();
  await withCities(context, SERVICES, [1], async (stack, inside) => {
    const journeys = await positions(stack, inside);
    const trip = await startTrip(stack, inside, context.signal);
    const loads = Object.entries(WAYS).map(([name, { coalesce }]) => ({
      name,
      target: stack.process('api-gateway').url,
      journeys,
      connections: CONNECTIONS,
      rate: RATE,
      processes: watchedOf(stack),
      prepare: () => turnKnobs(stack, 'driver-service', { 'location.coalesce': coalesce }),
    }));
    await measureLoads(context, tally, loads);
    await follow(context, stack, trip, tally);
  });
  return tally.measurement();
}

/** Positions of drivers, from their phones to the screens of customers. */
export const tracking: Suite = {
  id: 'tracking',
  title: 'Live tracking',
  question:
    'How many positions of drivers are taken a second, and how long after one is sent does the customer see it?',
  concepts: ['live-tracking', 'read-heavy-vs-write-heavy'],
  questions: ['how-do-you-track-an-order-live', 'what-does-location-tracking-write'],
  figures: {
    ...mergeNotes(
      Object.entries(WAYS).map(([name, { what }]) => loadNotes(name, what, { rate: RATE, processes: PROCESSES })),
    ),
    ...Object.fromEntries(
      Object.entries(WAYS).flatMap(([name, { what }]): [string, FigureNote][] => [
        ...[50, 90, 99].map((p): [string, FigureNote] => [
          `follow-${name}-p${p}`,
          { what: `${VIEWERS} people follow one driver, ${what}: ${p} % of what they see is there within`, unit: 'ms' },
        ]),
        [`follow-${name}-missed`, { what: `the same: positions that they did not see`, unit: '%' }],
      ]),
    ),
  },
  charts: [
    {
      title: 'positions a second, as many as are taken',
      bars: { 'together-rate': 'written together', 'singly-rate': 'each a write' },
    },
    {
      title: 'from the phone of the driver to the screen of the customer, median',
      bars: { 'follow-together-p50': 'written together', 'follow-singly-p50': 'each a write' },
    },
  ],
  measure,
};
