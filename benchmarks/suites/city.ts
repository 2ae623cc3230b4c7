import { randomUUID } from 'node:crypto';
import { forgeToken } from '@quickbite/scenarios/load';
import { readSecret } from '@quickbite/scenarios/protocol';
import type { Readers } from '@quickbite/scenarios/readers';
import { ObjectId } from 'mongodb';
import type { StartedStack } from '@quickbite/runtime/stack';

/** 198.18.0.0/15 is reserved for measurements (RFC 2544). The gateway of a lab believes `X-Forwarded-For`. */
export const addressOf = (n: number): string => `198.${18 + ((n >> 16) & 1)}.${(n >> 8) & 255}.${n & 255}`;

const HOUR_S = 3600;

/**
 * The headers of somebody who has signed in, each from an address of their own. Tokens are made with the key of the stack: to sign in
 * hashes a password, and thousands of those would be another benchmark.
 */
export function signedIn(stack: StartedStack): (userId: string, n: number, role?: string) => Record<string, string> {
  const key = readSecret(stack, 'jwt');
  const iat = Math.floor(Date.now() / 1000);
  const times = { iat, exp: iat + HOUR_S, iss: 'quickbite', aud: 'quickbite-api' };
  return (userId, n, role = 'customer') => ({
    authorization: `Bearer ${forgeToken({ sub: userId, role, jti: randomUUID(), sv: 0, ...times }, { key })}`,
    'x-forwarded-for': addressOf(n),
  });
}

/** Ids of the accounts of one role. */
export async function accountIds(inside: Readers, role: 'customer' | 'driver'): Promise<readonly string[]> {
  const accounts = (await inside.mongo('user_service')).collection('accounts');
  const found = await accounts.find({ role }, { projection: { _id: 1 } }).toArray();
  return found.map(({ _id }) => String(_id));
}

/** A restaurant as far as somebody needs it who orders there. */
export interface SeededRestaurant {
  readonly id: string;
  readonly dishId: string;
  readonly location: { readonly type: 'Point'; readonly coordinates: readonly [number, number] };
}

export async function restaurantsOf(inside: Readers): Promise<readonly SeededRestaurant[]> {
  const restaurants = (await inside.mongo('restaurant_service')).collection<{
    location: SeededRestaurant['location'];
    menu: readonly { _id: ObjectId }[];
  }>('restaurants');
  const found = await restaurants.find({}, { projection: { location: 1, menu: 1 } }).toArray();
  return found.map(({ _id, location, menu }) => ({ id: String(_id), dishId: String(menu[0]?._id), location }));
}

/** The name by which drivers of a benchmark are known. */
const NAME = 'Driver of a benchmark';
const BATCH = 1000;

/**
 * Puts drivers on duty, straight into the database.
 * @param at where the n-th is, `[longitude, latitude]`
 * @returns the ids of their accounts
 */
export async function addDrivers(
  inside: Readers,
  count: number,
  at: (n: number) => readonly [number, number],
): Promise<readonly string[]> {
  const drivers = (await inside.mongo('driver_service')).collection('drivers');
  // Nobody is there to say that they are still on duty.
  const seenUntil = new Date(Date.now() + HOUR_S * 1000);
  const made = Array.from({ length: count }, (_, n) => driverAt(at(n), seenUntil));
  for (let first = 0; first < count; first += BATCH) await drivers.insertMany(made.slice(first, first + BATCH));
  return made.map(({ userId }) => userId.toHexString());
}

/** Everybody is free again. */
export async function freeDrivers(inside: Readers): Promise<void> {
  const drivers = (await inside.mongo('driver_service')).collection('drivers');
  await drivers.updateMany({ name: NAME }, { $set: { status: 'available' }, $unset: { currentOrderId: '' } });
}

function driverAt(coordinates: readonly [number, number], seenUntil: Date) {
  const at = new Date();
  return {
    userId: new ObjectId(),
    name: NAME,
    vehicle: 'bicycle',
    status: 'available',
    location: { type: 'Point', coordinates: [...coordinates] },
    // Not in the future: positions that come later would be taken for older ones.
    locatedAt: at,
    lastSeenAt: seenUntil,
    historyAt: at,
    locationHistory: [],
    metrics: { rating: 5, ratingSum: 0, ratingCount: 0, deliveriesToday: 0, totalDeliveries: 0, day: '' },
    outbox: [],
    updatedAt: at,
  };
}
