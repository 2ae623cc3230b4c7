import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { pause } from '../../faults/index.js';
import type { Driver, Person } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';

const order = z.looseObject({ id: z.string(), version: z.number(), driverId: z.string().nullish() });
const profile = z.looseObject({ status: z.string(), currentOrderId: z.string().optional() });

/** An order that is paid, and who ordered it. */
export interface PaidOrder {
  readonly id: string;
  readonly customer: Person;
  /** How many events of orders the driver service had handled before this one was paid. */
  readonly handledBefore: Handled;
}

/** What became of confirmed orders at the driver service: `retried` ones found nobody, and come again. */
interface Handled {
  readonly processed: number;
  readonly retried: number;
}

const QUEUE = 'driver-service.orders';

async function handled(run: ArmRun): Promise<Handled> {
  const metrics = await run.inside.metrics('driver-service');
  const of = (outcome: string): number => metrics.value('messages_total', { queue: QUEUE, outcome }) ?? 0;
  return { processed: of('processed'), retried: of('retried') };
}

const keyed = (): { idempotencyKey: string } => ({ idempotencyKey: crypto.randomUUID() });

/**
 * Lets each customer order and pay while the driver service stands still, as in a restart: when it goes on, all of the
 * confirmed orders are there at once, and look for a driver together.
 */
export async function ordersAtOnce(
  run: ArmRun,
  customers: readonly Person[],
  round: number,
): Promise<readonly PaidOrder[]> {
  const { restaurants, place } = run.cast;
  const restaurant = restaurants[round % restaurants.length];
  const basket = {
    restaurantId: restaurant?.id,
    items: [{ menuItemId: restaurant?.menu[0]?.id, quantity: 1 }],
    deliveryLocation: place,
  };
  const placed = await Promise.all(
    customers.map(async (customer) => {
      const { id } = (await run.api(customer).post('/api/orders', basket, keyed())).expect(201).read(order);
      return { id, customer };
    }),
  );
  const handledBefore = await handled(run);
  await run.inject(pause('driver-service'));
  const answers = await run.burst('payment', placed.length, (n) => ({
    ...keyed(),
    method: 'POST',
    path: `/api/orders/${placed[n]?.id ?? ''}/payment`,
    body: { paymentToken: 'tok_visa' },
    ...(placed[n] && { as: placed[n].customer }),
  }));
  for (const answer of answers) answer.expect(200);
  await published(
    run,
    placed.map(({ id }) => id),
  );
  await run.heal();
  return placed.map((one) => ({ ...one, handledBefore }));
}

/** Waits until the events of these orders have left the outbox: the queue has them. */
async function published(run: ArmRun, ids: readonly string[]): Promise<void> {
  const orders = (await run.inside.mongo('order_service')).collection('orders');
  const confirmed = { _id: { $in: ids.map((id) => new ObjectId(id)) }, status: 'CONFIRMED', outbox: { $size: 0 } };
  await run.until('the paid orders are in the queue', async () =>
    (await orders.countDocuments(confirmed)) === ids.length ? true : undefined,
  );
}

/**
 * Waits until each of the orders, which were paid together, has had its turn: given to somebody, or sent back to wait.
 * @returns those whose customers are told of a driver
 */
export async function settle(run: ArmRun, orders: readonly PaidOrder[]): Promise<readonly PaidOrder[]> {
  const before = orders[0]?.handledBefore ?? { processed: 0, retried: 0 };
  return run.until('each order had its turn, and its customer was told', async () => {
    const now = await handled(run);
    const processed = now.processed - before.processed;
    if (processed + now.retried - before.retried < orders.length) return undefined;
    const told: PaidOrder[] = [];
    for (const one of orders) if ((await look(run, one)).driverId) told.push(one);
    return told.length === processed ? told : undefined;
  });
}

const look = async (run: ArmRun, { id, customer }: PaidOrder): Promise<z.infer<typeof order>> =>
  (await run.api(customer).get(`/api/orders/${id}`)).expect(200).read(order);

const own = async (run: ArmRun, driver: Driver): Promise<z.infer<typeof profile>> =>
  (await run.api(driver).get('/api/drivers/me')).expect(200).read(profile);

/** The order that a driver really carries, as the driver's app shows it. */
export const carriedBy = async (run: ArmRun, driver: Driver): Promise<string | undefined> =>
  (await own(run, driver)).currentOrderId;

/** Cancels orders, and waits until the driver service has noted it and these drivers are free again. */
export async function end(run: ArmRun, orders: readonly PaidOrder[], drivers: readonly Driver[]): Promise<void> {
  await Promise.all(orders.map((one) => cancel(run, one)));
  const closed = (await run.inside.mongo('driver_service')).collection('closed_orders');
  const ids = orders.map(({ id }) => new ObjectId(id));
  await run.until('the cancelled orders are over and their drivers free', async () => {
    if ((await closed.countDocuments({ _id: { $in: ids } })) < ids.length) return undefined;
    const now = await Promise.all(drivers.map((driver) => own(run, driver)));
    return now.every(({ status }) => status === 'available') ? true : undefined;
  });
}

async function cancel(run: ArmRun, one: PaidOrder): Promise<void> {
  await run.until(`order ${one.id} is cancelled`, async () => {
    const { version } = await look(run, one);
    const body = { to: 'CANCELLED', version };
    const answer = await run.api(one.customer).post(`/api/orders/${one.id}/transitions`, body, keyed());
    // 409: it got its driver in between, and with it another version.
    return answer.expect(200, 409).status === 200 ? true : undefined;
  });
}

/** Sends drivers home, or back to the restaurants. */
export async function setDuty(run: ArmRun, drivers: readonly Driver[], status: 'available' | 'offline'): Promise<void> {
  const body = { vehicle: 'bicycle', location: run.cast.place, status };
  const answers = await Promise.all(drivers.map((driver) => run.api(driver).put('/api/drivers/me', body)));
  for (const answer of answers) answer.expect(200);
}
