import { setTimeout as delay } from 'node:timers/promises';
import type { StartedStack } from '@quickbite/runtime/stack';
import type { Readers } from '@quickbite/scenarios/readers';
import { ObjectId } from 'mongodb';
import { driveLoad } from '../load/drive-load.js';
import type { Journey, LoadResult, Offer } from '../load/load-plan.js';
import { watchProcesses } from '../measurement/process-usage.js';
import { createTally } from '../measurement/tally.js';
import type { Tally } from '../measurement/tally.js';
import { warmUp } from '../measurement/warm-up.js';
import { watchedOf, withCities } from './bench-stack.js';
import { accountIds, addDrivers, freeDrivers, restaurantsOf, signedIn } from './city.js';
import { addErrors, usageNotes } from './measure-loads.js';
import type { BenchContext, FigureNote, Suite } from './suite.js';

const SERVICES = [
  'api-gateway',
  'user-service',
  'restaurant-service',
  'order-service',
  'driver-service',
  'notification-service',
  'payment-provider',
] as const;
const PROCESSES = [...SERVICES, 'mongo', 'redis', 'rabbitmq'] as const;
/** A customer makes two writes an order and may make 20 a minute: three cities are enough for 500 orders a second. */
const CITIES = [1, 2, 3];
/** How often everybody orders before they order again at the same restaurant. */
const ROUNDS = 5;
/** Customers at once: enough that every process has more than one thing to do whenever it gets a turn on the processor. */
const CONNECTIONS = 96;
const RATE = 20;
/** Free drivers for the orders of one load; between loads they are freed, as if they had delivered. */
const DRIVERS = 3000;
/** Whatever waits in queues is waited for: what was accepted must arrive. */
const ARRIVAL_MS = 60_000;
const LOOK_MS = 250;
/** Notifications become visible a little later than their ids are made, s. */
const VISIBLE_AFTER_S = 5;

/** Each customer orders and pays, then the next one; no customer has two unpaid orders with one restaurant. */
async function journeysOf(stack: StartedStack, inside: Readers): Promise<readonly Journey[]> {
  const [customers, restaurants] = [await accountIds(inside, 'customer'), await restaurantsOf(inside)];
  const headersOf = signedIn(stack);
  return Array.from({ length: customers.length * ROUNDS }, (_, n): Journey => {
    const customer = n % customers.length;
    // Another restaurant in each round: the end of a load may leave an order unpaid, and a second one with its restaurant is refused.
    const restaurant = restaurants[(n + Math.floor(n / customers.length)) % restaurants.length];
    const headers = {
      ...headersOf(customers[customer] ?? '', customer),
      'content-type': 'application/json',
      'idempotency-key': '{key}',
    };
    const order = {
      restaurantId: restaurant?.id,
      items: [{ menuItemId: restaurant?.dishId, quantity: 1 }],
      deliveryLocation: restaurant?.location,
    };
    const post = { method: 'POST' as const, headers };
    return [
      { ...post, path: '/api/orders', body: JSON.stringify(order), expects: 201 },
      {
        ...post,
        path: '/api/orders/{id}/payment',
        body: JSON.stringify({ paymentToken: 'tok_visa' }),
        expects: 200,
      },
    ];
  });
}

/** Waits until the customers of all these orders were told that they are confirmed. @returns when, ms since the epoch, by order */
async function arrivals(
  inside: Readers,
  result: Pick<LoadResult, 'finished'>,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const notifications = (await inside.mongo('notification_service')).collection<{
    data: { orderId: ObjectId };
    createdAt: Date;
  }>('notifications');
  const waiting = new Set(result.finished.map(({ id }) => id));
  const told = new Map<string, number>();
  let since = Math.floor(Math.min(...result.finished.map(({ dueAt }) => dueAt)) / 1000);
  const giveUpAt = Date.now() + ARRIVAL_MS;
  while (waiting.size > 0 && Date.now() < giveUpAt) {
    const lookedAt = Math.floor(Date.now() / 1000);
    // By id, which begins with its time: a look must cost what is measured nothing that grows with all that there is.
    const recent = { _id: { $gte: ObjectId.createFromTime(since) }, type: 'order.confirmed' };
    for await (const { data, createdAt } of notifications.find(recent, {
      projection: { 'data.orderId': 1, createdAt: 1 },
    })) {
      const id = String(data.orderId);
      // The owner of the restaurant is told as well: the first of the two counts.
      if (waiting.delete(id) || told.has(id)) told.set(id, Math.min(told.get(id) ?? Infinity, createdAt.getTime()));
    }
    since = lookedAt - VISIBLE_AFTER_S;
    if (waiting.size > 0) await delay(LOOK_MS, undefined, { signal });
  }
  return told;
}

/** A load and what arrived of it. */
interface Ran {
  readonly result: LoadResult;
  /** From the moment an order was due to the notification, ms. */
  readonly endToEnd: Float64Array;
  /** Paid orders that were told of, a second, counted to the last notification. */
  readonly rate: number;
  readonly lost: number;
}

async function run(context: BenchContext, inside: Readers, plan: Parameters<typeof driveLoad>[1]): Promise<Ran> {
  await freeDrivers(inside);
  const result = await driveLoad(context.runtime.root, plan, context.signal);
  const told = await arrivals(inside, result, context.signal);
  const first = Math.min(...result.finished.map(({ dueAt }) => dueAt));
  const last = Math.max(...told.values());
  const endToEnd = result.finished.flatMap(({ id, dueAt }) => {
    const at = told.get(id);
    return at === undefined ? [] : [at - dueAt];
  });
  return {
    result,
    endToEnd: Float64Array.from(endToEnd),
    rate: told.size === 0 ? 0 : told.size / ((last - first) / 1000),
    lost: result.finished.length - told.size,
  };
}

async function measure(context: BenchContext) {
  const { repetitions, seconds, warmUpSeconds, profiler, onProgress } = context;
  const tally = createTally();
  await withCities(context, SERVICES, CITIES, async (stack, inside) => {
    const journeys = await journeysOf(stack, inside);
    const places = (await restaurantsOf(inside)).map(({ location }) => location.coordinates);
    await addDrivers(inside, DRIVERS, (n) => places[n % places.length] ?? [0, 0]);
    let first = 0;
    const offer = async (kind: Offer, lasting: number): Promise<Ran> => {
      const target = stack.process('api-gateway').url;
      const ran = await run(context, inside, { target, journeys, first, offer: kind, seconds: lasting });
      first = ran.result.next;
      return ran;
    };
    await warmUp(async (best) => {
      onProgress(`warming up${best > 0 ? `: ${best.toFixed(0)} orders a second so far` : ''}`);
      return (await offer({ kind: 'closed', connections: CONNECTIONS }, warmUpSeconds)).rate;
    });
    for (let turn = 1; turn <= repetitions; turn += 1) {
      onProgress(`as many orders as are taken (${turn} of ${repetitions})`);
      const look = watchProcesses(watchedOf(stack));
      add(tally, 'orders-closed', await offer({ kind: 'closed', connections: CONNECTIONS }, seconds));
      look('orders', tally);
      onProgress(`${RATE} orders a second (${turn} of ${repetitions})`);
      add(tally, 'orders-paced', await offer({ kind: 'paced', rate: RATE }, seconds));
    }
    if (profiler) onProgress('as many orders as are taken, profiled');
    await profiler?.during('orders', watchedOf(stack), () =>
      offer({ kind: 'closed', connections: CONNECTIONS }, seconds),
    );
  });
  return tally.measurement();
}

function add(tally: Tally, name: string, { result, endToEnd, rate, lost }: Ran): void {
  const [order, payment] = result.steps;
  if (!order || !payment) return;
  if (name === 'orders-closed') tally.add('orders-rate', '/s', rate, endToEnd.length);
  tally.addLatencies(`${name}-order`, 'ms', order.latencies);
  tally.addLatencies(`${name}-payment`, 'ms', payment.latencies);
  tally.addLatencies(`${name}-end-to-end`, 'ms', endToEnd);
  addErrors(`${name}-errors`, tally, {
    latencies: payment.latencies,
    failed: order.failed + payment.failed,
    statuses: {},
  });
  tally.add(`${name}-not-told`, 'count', lost, endToEnd.length);
}

function notes(name: string, how: string): Record<string, FigureNote> {
  const percentiles = (part: string, what: string): [string, FigureNote][] =>
    [50, 90, 99].map((p) => [`${name}-${part}-p${p}`, { what: `${how}: ${p} % ${what} within`, unit: 'ms' }]);
  return {
    ...Object.fromEntries([
      ...percentiles('order', 'are accepted'),
      ...percentiles('payment', 'are charged and confirmed'),
      ...percentiles('end-to-end', 'have been told that it is confirmed'),
    ]),
    [`${name}-errors`]: { what: `${how}: wrong or no answers`, unit: '%' },
    [`${name}-not-told`]: { what: `${how}: paid orders of which nobody was told`, unit: 'count' },
  };
}

/** Orders from the gateway to the notification. */
export const orders: Suite = {
  id: 'orders',
  title: 'Orders end to end',
  question:
    'How many orders a second go all the way: accepted, charged, confirmed, given to a driver, and told to the customer, with every defence on?',
  // An order is many steps of many processes.
  longer: 3,
  limit:
    'The processor, before any single part: ten processes and the generator share what cores there are. An order that everybody has been told ' +
    'of has taken some thirteen commands to MongoDB, eight HTTP requests between processes and a handful of messages, each of which costs both of ' +
    'its ends a fraction of a millisecond of driver, serializing and socket writes, and little of it is in code of ours. Fewer round trips made ' +
    'it more than twice as fast: what many requests ask at the same moment goes together, and consumers have fifty messages in work, so that ' +
    'there is something to put together. The embedded MongoDB, one process, takes a quarter of the time, order-service another: a single one ' +
    'that cost nothing would not double the rate. More cores would.',
  concepts: ['event-driven-architecture', 'transactional-outbox', 'capacity-estimation'],
  questions: ['how-many-orders-a-second', 'scale-to-ten-times-the-traffic'],
  figures: {
    'orders-rate': {
      what: 'orders that are taken, paid and told of, to the last notification',
      unit: '/s',
      goal: { atLeast: 150 },
    },
    ...notes('orders-closed', 'as many as are taken'),
    ...notes('orders-paced', `${RATE} orders a second`),
    ...usageNotes('orders', 'as many as are taken', PROCESSES),
  },
  charts: [
    {
      title: `median at ${RATE} a second`,
      bars: {
        'orders-paced-order-p50': 'order accepted',
        'orders-paced-payment-p50': 'charged and confirmed',
        'orders-paced-end-to-end-p50': 'customer told',
      },
    },
    {
      title: 'CPU at as many as are taken, of one core',
      bars: Object.fromEntries(PROCESSES.map((name) => [`orders-cpu-${name}`, name])),
    },
  ],
  measure,
};
