import { setTimeout as delay } from 'node:timers/promises';
import type { World } from './world.js';

const LOOK_EVERY_MS = 500;
/** Longer than any pause between two attempts at anything. */
const STUCK_AFTER_MS = 35_000;

/**
 * Waits until nothing is on its way any more, twice in a row. However slow the machine, it goes on for as long as anything moves.
 * @returns what is still on its way when nothing has moved for a while; empty when all is quiet
 */
export async function untilQuiet(world: World): Promise<readonly string[]> {
  let quietLooks = 0;
  let before = '';
  let movedAt = performance.now();
  for (;;) {
    const unrest = await look(world);
    quietLooks = unrest.length === 0 ? quietLooks + 1 : 0;
    if (quietLooks === 2) return [];
    if (unrest.join() !== before) movedAt = performance.now();
    before = unrest.join();
    if (performance.now() - movedAt > STUCK_AFTER_MS) return unrest;
    await delay(LOOK_EVERY_MS);
  }
}

async function look(world: World): Promise<readonly string[]> {
  const orders = await world.orders();
  const counts = {
    'open orders': (await world.openOrders()).length,
    'payments to settle': orders.filter(({ payment }) => payment?.nextAttemptAt).length,
    'waiting events': await world.outboxes(),
    'queued messages': await world.queued(),
    'deliveries to come': await world.unsettledNotifications(),
    'orders held by drivers': (await world.heldOrders()).length,
  };
  return Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
}
