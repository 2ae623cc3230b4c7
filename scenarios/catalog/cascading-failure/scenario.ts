import { z } from 'zod';
import { pause } from '../../faults/index.js';
import { orderRequest, steady, together } from '../../load/index.js';
import type { Person, Traffic } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { ACCOUNTS, checksFor, explain, failedPercent, HELD, MEMORY, ORDERS, QUOTES, SOCKETS } from './judgement.js';

const FROZEN = 'restaurant-service';
const CALLER = 'order-service';

/** As good as none: longer than any outage of the lab. */
const NO_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 300;
/** Readers beside those who want a quote, per second and kind. */
const READS = 8;

const parameters = z.object({
  rate: z.int().min(10).max(200).default(20).describe('quotes per second, which need the frozen service, in both arms'),
  capacity: z
    .int()
    .min(30)
    .max(1_000)
    .default(70)
    .describe('calls that the gateway can hold, to all services together'),
  timeoutMs: z.int().min(100).max(2_000).default(500).describe('how long the defended order service waits for a menu'),
  outageMs: z.int().min(4_000).max(20_000).default(7_000).describe('how long the service is frozen'),
});

const headersOf = (who: Person | undefined): Record<string, string> => ({
  authorization: `Bearer ${who?.token ?? ''}`,
  'x-forwarded-for': who?.address ?? '',
});

/** What an order would cost: the order service asks the restaurant service for the menu. */
const quotes = (rate: number): Traffic =>
  steady(rate, 'POST /api/orders/quote', ({ customers, restaurants, place }) => (n) => ({
    tag: QUOTES,
    method: 'POST',
    path: '/api/orders/quote',
    headers: { ...headersOf(customers[n % customers.length]), 'content-type': 'application/json' },
    body: JSON.stringify(orderRequest(restaurants[n % restaurants.length], place)),
    expects: 200,
  }));

/** Reads that have nothing to do with the frozen service. */
const reads = (tag: string, path: string): Traffic =>
  steady(READS, `GET ${path}`, ({ customers }) => (n) => ({
    ...{ tag, method: 'GET', path, expects: 200 },
    headers: headersOf(customers[n % customers.length]),
  }));

export const cascadingFailure = defineScenario({
  id: 'cascading-failure',
  title: 'Cascading failure',
  question: 'A service two steps away falls silent. Who else fails?',
  summary:
    'The restaurant service is frozen. The order service waits for it without a timeout, and the gateway for the order service: ' +
    'calls, sockets and memory pile up in both, until the gateway is full and refuses customers who want nothing of either. With ' +
    'a timeout where the silence is, only what needs the restaurant service fails.',
  seconds: 45,
  concepts: ['cascading-failure', 'timeouts'],
  questions: ['how-does-one-failure-take-down-everything'],
  claims: ['gateway-runs-out-of-memory'],
  services: ['api-gateway', 'user-service', FROZEN, CALLER],
  cast: { customers: 8, restaurants: 5 },
  parameters,
  defect: {
    file: 'services/order-service/dist/start.js',
    from: 'timeoutMs: () => knobs.get("restaurant.timeoutMs")',
    to: 'timeoutMs: () => 60_000',
    refutes: 'accounts that fail',
  },

  arms({ capacity, timeoutMs }) {
    // One timeout is the defence, the one next to the silence. All that could step in for it is off in both arms.
    const arm = (restaurantTimeoutMs: number): ArmKnobs => ({
      'api-gateway': {
        'upstream.timeoutMs': NO_TIMEOUT_MS,
        'upstream.maxCalls': capacity,
        'bulkhead.enabled': false,
        'breaker.enabled': false,
        'retry.enabled': false,
        'rateLimit.enabled': false,
      },
      [CALLER]: { 'restaurant.timeoutMs': restaurantTimeoutMs },
    });
    return { undefended: arm(NO_TIMEOUT_MS), defended: arm(timeoutMs) };
  },

  traffic: ({ rate }) => together(quotes(rate), reads(ORDERS, '/api/orders'), reads(ACCOUNTS, '/api/users/me')),

  prediction: {
    question: 'The order service waits for the silent restaurant service without a timeout. Who fails?',
    options: ['those who need the restaurant service', 'those and the other users of the order service', 'everybody'],
    answer({ undefended }) {
      if (failedPercent(undefended, ACCOUNTS) >= 10) return 2;
      return failedPercent(undefended, ORDERS) >= 10 ? 1 : 0;
    },
  },

  notes: {
    steady: 'Three kinds of customers: quotes need the restaurant service, orders and accounts do not.',
    outage: 'Watch who fails when. First nobody does: they only wait. Then the gateway is full.',
    recovery: 'Without a timeout the pile is answered now, to customers who left long ago.',
  },

  async story(run, { outageMs }) {
    await run.phase('steady', { what: 'everything works', lastsMs: 2_000 });
    const before = await look(run);
    await run.phase('outage', { what: `${FROZEN} is frozen`, lastsMs: outageMs }, async () => {
      await run.inject(pause(FROZEN));
      const until = Date.now() + outageMs - 2 * LOOK_EVERY_MS;
      while (Date.now() < until) {
        const now = await look(run);
        run.record(HELD, now.held);
        run.record(SOCKETS, now.sockets - before.sockets);
        run.record(MEMORY, Math.round((now.memoryBytes - before.memoryBytes) / 2 ** 20));
        await run.wait(LOOK_EVERY_MS);
      }
    });
    await run.phase('recovery', { what: `${FROZEN} is back`, lastsMs: 3_000 }, () => run.heal());
  },

  checks: (p) => checksFor({ capacity: p.capacity, reads: (READS * p.outageMs) / 1000 }),
  why: explain,
});

/** What the gateway holds, and what it costs the gateway and the order service. */
async function look(run: ArmRun): Promise<{ held: number; sockets: number; memoryBytes: number }> {
  const [gateway, caller] = await Promise.all([run.inside.metrics('api-gateway'), run.inside.metrics(CALLER)]);
  return {
    held: gateway.value('gateway_calls', { state: 'running' }) ?? 0,
    sockets: caller.process.openSockets,
    memoryBytes: gateway.process.memoryBytes + caller.process.memoryBytes,
  };
}
