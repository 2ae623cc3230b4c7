import { z } from 'zod';
import { paidOrder } from '../load/index.js';
import type { Driver, Person } from '../load/index.js';
import type { ArmRun } from '../protocol/index.js';

const order = z.looseObject({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  driverId: z.string().nullish(),
});
type Order = z.infer<typeof order>;

/** Assigning travels through the broker, and an order that finds everybody busy looks again after seconds. */
const ASSIGNED_WITHIN_MS = 30_000;

/** An order that somebody of the cast carries. */
export interface CarriedOrder {
  readonly id: string;
  readonly customer: Person;
  readonly driver: Driver;
}

/**
 * Orders, pays, and waits for a driver.
 * @param n which restaurant: they are taken by turns
 */
export async function orderWithDriver(run: ArmRun, customer: Person, n = 0): Promise<CarriedOrder> {
  const { id } = await paidOrder(run.api(customer), run.cast, n);
  const driverId = await run.until(
    `order ${id} has a driver`,
    async () => (await lookAt(run, customer, id)).driverId ?? undefined,
    ASSIGNED_WITHIN_MS,
  );
  const driver = run.cast.drivers.find(({ profileId }) => profileId === driverId);
  if (!driver) throw new RangeError(`Expected a driver of the cast for order ${id}, got ${driverId}.`);
  return { id, customer, driver };
}

/** Takes an order with a driver to a state, step by step, each by whoever may. */
export async function carryOn(run: ArmRun, { id, customer, driver }: CarriedOrder, until: State): Promise<void> {
  const { owner } = run.cast;
  const by = { PREPARING: owner, READY: owner, OUT_FOR_DELIVERY: driver, DELIVERED: driver } as const;
  for (const to of STATES.slice(0, STATES.indexOf(until) + 1)) {
    await run.until(`order ${id} is ${to}`, async () => {
      const now = await lookAt(run, customer, id);
      if (STATES.indexOf(to) <= STATES.findIndex((state) => state === now.status)) return true;
      const body = { to, version: now.version };
      const answer = await run.api(by[to]).post(`/api/orders/${id}/transitions`, body, {
        idempotencyKey: crypto.randomUUID(),
      });
      // 409: its driver was written into it in between, and it has another version.
      return answer.expect(200, 409).status === 200 ? true : undefined;
    });
  }
}

const STATES = ['PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const;
type State = (typeof STATES)[number];

const lookAt = async (run: ArmRun, who: Person, id: string): Promise<Order> =>
  (await run.api(who).get(`/api/orders/${id}`)).expect(200).read(order);
