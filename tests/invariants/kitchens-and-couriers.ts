import { setTimeout as delay } from 'node:timers/promises';
import { callGateway } from '../people.js';
import type { Person } from '../people.js';
import type { Accounts } from './accounts.js';
import type { OrderRecord, World } from './world.js';

const LOOK_EVERY_MS = 250;
/** An owner whose food gets cold without a driver gives the order up. */
const GIVE_UP_MS = 30_000;

/**
 * Plays owners and drivers until `signal` says so. Their apps would be told what to do by a push; here the database is asked. What does not
 * work out is tried again at the next look.
 */
export async function workThrough(
  options: {
    readonly gateway: string;
    readonly accounts: Accounts;
    readonly world: World;
  },
  signal: AbortSignal,
): Promise<void> {
  const { gateway, world } = options;
  const underWay = new Map<string, Promise<unknown>>();
  while (!signal.aborted) {
    const open = await world.openOrders().catch(() => []);
    for (const order of open) {
      const step = underWay.has(order.id) ? undefined : nextStep(order, options.accounts);
      if (!step) continue;
      const { who, to } = step;
      const move = callGateway(gateway, 'POST', `/api/orders/${order.id}/transitions`, {
        as: who,
        body: { to, version: order.version },
      })
        .catch(() => undefined)
        .finally(() => underWay.delete(order.id));
      underWay.set(order.id, move);
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(underWay.values());
}

function nextStep(order: OrderRecord, accounts: Accounts): { who: Person; to: string } | undefined {
  const owner = accounts.find(order.restaurantOwnerId);
  const driver = order.driverUserId === undefined ? undefined : accounts.find(order.driverUserId);
  const by = (who: Person | undefined, to: string) => (who ? { who, to } : undefined);
  switch (order.status) {
    case 'CONFIRMED':
      return by(owner, 'PREPARING');
    case 'PREPARING':
      return by(owner, 'READY');
    case 'READY':
      if (driver) return by(driver, 'OUT_FOR_DELIVERY');
      return Date.now() - order.updatedAt.getTime() > GIVE_UP_MS ? by(owner, 'CANCELLED') : undefined;
    case 'OUT_FOR_DELIVERY':
      return by(driver, 'DELIVERED');
    default:
      return undefined;
  }
}
