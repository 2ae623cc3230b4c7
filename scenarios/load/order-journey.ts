import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { waitUntil } from '../probes/wait-until.js';
import { callApi, UnexpectedAnswer } from './api-client.js';
import type { Driver, Person, Stage } from './cast.js';
import type { Restaurant } from './restaurants.js';
import type { TestData } from './traffic.js';

const order = z.looseObject({
  id: z.string(),
  status: z.string(),
  version: z.number(),
  driverId: z.string().nullish(),
});
type Order = z.infer<typeof order>;

const driverProfile = z.looseObject({ id: z.string() });
const notifications = z.looseObject({ items: z.array(z.unknown()) });

/** Events travel through a broker: a second is long, ten mean that something is wrong. */
const EVENTS_MS = 10_000;

/** Puts a registered driver on duty at the stage's place. */
export async function goOnDuty(stage: Stage, person: Person): Promise<Driver> {
  const profile = await callApi(
    stage.baseUrl,
    {
      method: 'PUT',
      path: '/api/drivers/me',
      from: person.address,
      token: person.token,
      expects: 201,
      body: { vehicle: 'bicycle', location: stage.place, status: 'available' },
    },
    driverProfile,
    stage.signal,
  );
  return { ...person, profileId: profile.id };
}

/** One real order from the basket to the door: ordered, paid, cooked, carried, delivered, and the customer told. */
export async function driveOrder(
  stage: Stage,
  cast: Pick<TestData, 'owner' | 'drivers'>,
  customer: Person,
  restaurant: Restaurant,
): Promise<void> {
  const [dish] = restaurant.menu;
  const created = await act(stage, customer, '/api/orders', 201, {
    restaurantId: restaurant.id,
    items: [{ menuItemId: dish?.id, quantity: 2 }],
    deliveryLocation: stage.place,
  });
  await act(stage, customer, `/api/orders/${created.id}/payment`, 200, { paymentToken: 'tok_visa' });
  const assigned = await waitUntil(async () => {
    const now = await look(stage, customer, created.id);
    return now.driverId ? now : undefined;
  }, waiting(stage));
  if (!assigned)
    throw new UnexpectedAnswer(
      `Order ${created.id} got no driver within ${String(EVENTS_MS / 1000)} s of its payment.`,
    );
  const driver = cast.drivers.find((one) => one.id === assigned.driverId || one.profileId === assigned.driverId);
  if (!driver)
    throw new UnexpectedAnswer(
      `Order ${created.id} got driver ${String(assigned.driverId)}, who is not one of this run's.`,
    );
  let current = assigned;
  const steps: readonly (readonly [Person, string])[] = [
    [cast.owner, 'PREPARING'],
    [cast.owner, 'READY'],
    [driver, 'OUT_FOR_DELIVERY'],
    [driver, 'DELIVERED'],
  ];
  for (const [who, to] of steps) {
    current = await act(stage, who, `/api/orders/${created.id}/transitions`, 200, { to, version: current.version });
    if (current.status !== to)
      throw new UnexpectedAnswer(`Order ${created.id} is ${current.status} after the step to ${to}.`);
  }
  await expectNotification(stage, customer, created.id);
}

async function expectNotification(stage: Stage, customer: Person, orderId: string): Promise<void> {
  const told = await waitUntil(async () => {
    const call = {
      method: 'GET',
      path: '/api/notifications',
      from: customer.address,
      token: customer.token,
      expects: 200,
    } as const;
    const { items } = await callApi(stage.baseUrl, call, notifications, stage.signal);
    const about = items.map((item) => JSON.stringify(item)).filter((text) => text.includes(orderId));
    return about.some((text) => text.includes('order.delivered')) ? true : undefined;
  }, waiting(stage));
  if (!told)
    throw new UnexpectedAnswer(
      `The customer got no notification of the delivery of order ${orderId} within ${String(EVENTS_MS / 1000)} s.`,
    );
}

const waiting = (stage: Stage): { withinMs: number; everyMs: number; signal?: AbortSignal } => ({
  withinMs: EVENTS_MS,
  everyMs: 100,
  ...(stage.signal ? { signal: stage.signal } : {}),
});

function act(stage: Stage, who: Person, path: string, expects: number, body: unknown): Promise<Order> {
  const idempotencyKey = randomUUID();
  return callApi(
    stage.baseUrl,
    { method: 'POST', path, from: who.address, token: who.token, expects, body, idempotencyKey },
    order,
    stage.signal,
  );
}

function look(stage: Stage, who: Person, id: string): Promise<Order> {
  return callApi(
    stage.baseUrl,
    { method: 'GET', path: `/api/orders/${id}`, from: who.address, token: who.token, expects: 200 },
    order,
    stage.signal,
  );
}
