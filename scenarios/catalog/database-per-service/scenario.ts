import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { down } from '../../faults/index.js';
import { browse, orderRequest, placeOrder, steady, together } from '../../load/index.js';
import type { Person, Traffic } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, NAMELESS, phases, tags } from './judgement.js';

const parameters = z.object({
  rate: z.int().min(5).max(50).default(8).describe('requests per second of each of the three kinds'),
  oneMs: z.int().min(6_000).max(30_000).default(6_000).describe('how long one database is away'),
  allMs: z.int().min(6_000).max(30_000).default(6_000).describe('how long all of them are away'),
});

/** Each has a database of its own; that of the restaurants is the one that fails. */
const OWNERS = ['user-service', 'order-service', 'restaurant-service'] as const;
const OTHERS = OWNERS.slice(0, 2);
const databaseOf = (service: string): { readonly from: string; readonly to: string } => ({
  from: service,
  to: 'mongo',
});

/** Every customer has so many orders to list, of different restaurants. */
const ORDERS = 3;
/** Far longer than a service takes to find its database again. */
const GIVE_UP_MS = 20_000;
/** New orders that are tried in each outage, at once. */
const NEW_ORDERS = 4;

export const databasePerService = defineScenario({
  id: 'database-per-service',
  title: 'A database for each service',
  question: 'The database of the restaurants is away. What else stops working?',
  summary:
    'Customers read their accounts, their orders and restaurants. First the database of restaurant-service is away, then all databases ' +
    'at once, as if all services shared one. Accounts go on in the first case; lists of orders only if they need nothing of the ' +
    'restaurants, and new orders not at all.',
  seconds: 50,
  concepts: ['database-per-service'],
  questions: ['why-not-share-one-database'],
  claims: ['a-database-failure-stays-in-its-service'],
  services: ['api-gateway', ...OWNERS],
  links: OWNERS.map(databaseOf),
  cast: { customers: 4, restaurants: 6 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/name-restaurants.js',
    from: 'const strategy = listStrategy();',
    to: 'const strategy = "batch";',
    refutes: `${NAMELESS}, one away`,
  },

  arms: () => {
    const arm = (listStrategy: string): ArmKnobs => ({
      // What could answer in place of a service, or stop asking it: here it is seen what the services themselves do.
      'api-gateway': {
        'rateLimit.enabled': false,
        'responseCache.enabled': false,
        'fallback.enabled': false,
        'breaker.enabled': false,
        'retry.enabled': false,
        'balancing.ejection': false,
      },
      'restaurant-service': { 'cache.enabled': false },
      'order-service': { 'orders.listStrategy': listStrategy, 'orders.pendingGuard': 'none' },
    });
    return { undefended: arm('batch'), defended: arm('denormalised') };
  },

  traffic: ({ rate }) => together(accounts(rate), lists(rate), browse({ rate })),

  prediction: {
    question: 'Each service has its own database, and that of the restaurants is away. A list of orders is answered',
    options: [
      'in any case: its database is there',
      'if orders have what the list shows, and not if they ask for it',
      'in neither case',
    ],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.phase(phases.steady, { what: 'orders are placed, everything works', lastsMs: 2_000 }, async () => {
      for (const customer of run.cast.customers)
        for (let n = 0; n < ORDERS; n += 1) await placeOrder(run.api(customer), run.cast, n);
    });
    await run.phase(phases.one, { what: 'the database of the restaurants is away', lastsMs: p.oneMs }, async () => {
      await run.inject(down(databaseOf('restaurant-service')));
      await tryToOrder(run);
    });
    await run.phase(phases.between, { what: 'it is back', lastsMs: 2_000 }, async () => {
      await run.heal();
      await run.until('restaurants are read again', () => works(run, undefined, '/api/restaurants'), GIVE_UP_MS);
    });
    await run.phase(
      phases.all,
      { what: 'all databases are away: one server for all, and it is down', lastsMs: p.allMs },
      async () => {
        for (const service of [...OTHERS, 'restaurant-service']) await run.inject(down(databaseOf(service)));
        await tryToOrder(run);
      },
    );
    await run.phase(phases.again, { what: 'all are back', lastsMs: 1_500 }, async () => {
      await run.heal();
      const [customer] = run.cast.customers;
      for (const path of ['/api/restaurants', '/api/users/me', '/api/orders'])
        await run.until(`${path} is answered again`, () => works(run, customer, path), GIVE_UP_MS);
    });
  },

  checks: checksFor,
  why: explain,
});

/** Customers of the cast, by turns, who read something of their own. */
function own(tag: string, path: string, rate: number, mark?: (text: string) => string): Traffic {
  return steady(rate, `GET ${path}`, ({ customers }) => (n) => {
    const customer = customers[n % customers.length];
    return {
      tag,
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${customer?.token ?? ''}`, 'x-forwarded-for': customer?.address ?? '' },
      expects: 200,
      ...(mark ? { mark: ({ text }) => mark(text) } : {}),
    };
  });
}

const listed = z.looseObject({ partial: z.literal(true).optional() });

const accounts = (rate: number): Traffic => own(tags.account, '/api/users/me', rate);
const lists = (rate: number): Traffic =>
  own(tags.list, '/api/orders?limit=10', rate, (text) => {
    try {
      return listed.parse(JSON.parse(text)).partial ? NAMELESS : 'complete';
    } catch {
      return 'no list';
    }
  });

/** A new order needs the price of the dish from its owner, whatever else is kept in orders. */
async function tryToOrder(run: ArmRun): Promise<void> {
  const { customers, restaurants, place } = run.cast;
  await Promise.all(
    Array.from({ length: NEW_ORDERS }, (_, n) =>
      run
        .api(customers[n % customers.length], { tag: tags.order })
        .post('/api/orders', orderRequest(restaurants[n % restaurants.length], place), {
          idempotencyKey: randomUUID(),
          expects: 201,
        }),
    ),
  );
}

async function works(run: ArmRun, who: Person | undefined, path: string): Promise<true | undefined> {
  return (await run.api(who).get(path)).status === 200 || undefined;
}
