import { setTimeout as delay } from 'node:timers/promises';
import type { City } from '@quickbite/shared/seed/city';
import { callGateway } from '../people.js';
import type { Accounts } from './accounts.js';
import { insist } from './insist.js';

/** How a customer goes about an order. */
type Plan = 'pay' | 'pay with a bad card' | 'pay, and never hear of it' | 'pay and cancel' | 'cancel unpaid';

/** Of twenty customers: one has a bad card, one loses the answer, two change their minds after paying, one before. */
function planOf(n: number): Plan {
  const plans: readonly Plan[] = ['pay with a bad card', 'pay and cancel', 'pay and cancel', 'cancel unpaid'];
  return plans[n % 20] ?? (n % 20 === 4 ? 'pay, and never hear of it' : 'pay');
}

const TOKENS: Readonly<Record<Plan, string | undefined>> = {
  pay: 'tok_visa',
  'pay with a bad card': 'tok_declined',
  'pay, and never hear of it': 'tok_lost_response',
  'pay and cancel': 'tok_visa',
  'cancel unpaid': undefined,
};

interface Order {
  readonly id: string;
  readonly status: string;
  readonly version: number;
}

/** What the customers did. */
export interface Orders {
  /** Idempotency keys of the orders that were accepted, with the ids that they were accepted as. */
  readonly accepted: ReadonlyMap<string, string>;
  /** Keys of those that were not, with what the customer heard last. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Places `count` orders at a fixed rate, one a customer, whatever becomes of those before, and sees each through to its payment. */
export async function placeOrders(options: {
  readonly gateway: string;
  readonly city: City;
  readonly accounts: Accounts;
  readonly count: number;
  readonly perSecond: number;
}): Promise<Orders> {
  const { count, perSecond } = options;
  const accepted = new Map<string, string>();
  const refused = new Map<string, string>();
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; n < count; n += 1) {
    await delay(Math.max(0, began + (n * 1000) / perSecond - performance.now()));
    running.push(
      placeOrder(options, n).then((placed) => {
        if ('id' in placed) accepted.set(placed.key, placed.id);
        else refused.set(placed.key, placed.answer);
      }),
    );
  }
  await Promise.all(running);
  return { accepted, refused };
}

async function placeOrder(
  { gateway, city, accounts }: { readonly gateway: string; readonly city: City; readonly accounts: Accounts },
  n: number,
): Promise<{ readonly key: string } & ({ readonly id: string } | { readonly answer: string })> {
  const key = `invariants-${String(n)}`;
  const customer = accounts.customers[n % accounts.customers.length];
  const eatery = city.eateries[(n * 7) % city.eateries.length];
  if (!customer || !eatery) throw new Error('expected a city with customers and restaurants');
  const items = eatery.menu.slice(0, 1 + (n % 3)).map(({ id }) => ({ menuItemId: id, quantity: 1 + (n % 2) }));
  const post = <Body>(path: string, body: unknown) =>
    insist(() => callGateway<Body>(gateway, 'POST', path, { as: customer, body, headers: { 'idempotency-key': key } }));
  const placed = await post<Order>('/api/orders', {
    restaurantId: eatery.id,
    items,
    deliveryLocation: customer.home,
  });
  if (placed?.status !== 200 && placed?.status !== 201)
    return { key, answer: placed ? `${placed.status} ${JSON.stringify(placed.body)}` : 'nothing that decides' };
  const { id } = placed.body;
  const plan = planOf(n);
  const paymentToken = TOKENS[plan];
  if (paymentToken !== undefined) await post(`/api/orders/${id}/payment`, { paymentToken });
  if (plan !== 'pay and cancel' && plan !== 'cancel unpaid') return { key, id };
  await insist(async () => {
    const seen = await callGateway<Order>(gateway, 'GET', `/api/orders/${id}`, { as: customer });
    if (seen.status !== 200 || ['CANCELLED', 'DELIVERED'].includes(seen.body.status)) return seen;
    const body = { to: 'CANCELLED', version: seen.body.version };
    const moved = await callGateway<Order>(gateway, 'POST', `/api/orders/${id}/transitions`, { as: customer, body });
    // Somebody was faster, and the order has moved on: look again.
    return moved.status === 409 ? { ...moved, status: 503 } : moved;
  });
  return { key, id };
}
