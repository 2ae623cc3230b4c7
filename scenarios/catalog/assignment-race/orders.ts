import { ObjectId } from 'mongodb';
import { z } from 'zod';
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

/** Lets each customer order, and then all of them pay in the same moment: the payment is what confirms an order. */
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
  const answers = await run.burst('payment', placed.length, (n) => ({
    ...keyed(),
    method: 'POST',
    path: `/api/orders/${placed[n]?.id ?? ''}/payment`,
    body: { paymentToken: 'tok_visa' },
    ...(placed[n] && { as: placed[n].customer }),
  }));
  for (const answer of answers) answer.expect(200);
  return placed.map((one) => ({ ...one, handledBefore }));
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
  for (const one of orders) {
    const { version } = await look(run, one);
    const body = { to: 'CANCELLED', version };
    (await run.api(one.customer).post(`/api/orders/${one.id}/transitions`, body, keyed())).expect(200);
  }
  const closed = (await run.inside.mongo('driver_service')).collection('closed_orders');
  const ids = orders.map(({ id }) => new ObjectId(id));
  await run.until('the cancelled orders are over and their drivers free', async () => {
    if ((await closed.countDocuments({ _id: { $in: ids } })) < ids.length) return undefined;
    for (const driver of drivers) if ((await own(run, driver)).status !== 'available') return undefined;
    return true;
  });
}

/** Sends drivers home, or back to the restaurants. */
export async function setDuty(run: ArmRun, drivers: readonly Driver[], status: 'available' | 'offline'): Promise<void> {
  for (const driver of drivers) {
    const body = { vehicle: 'bicycle', location: run.cast.place, status };
    (await run.api(driver).put('/api/drivers/me', body)).expect(200);
  }
}
