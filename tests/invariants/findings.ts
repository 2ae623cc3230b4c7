import type { Orders } from './customers.js';
import type { EventRecord, Ledger, NotificationRecord, OrderRecord, ParkedRecord, World } from './world.js';

/** Everything that the invariants are about, read when all is quiet. */
export interface Findings {
  readonly placed: Orders;
  readonly orders: readonly OrderRecord[];
  readonly notifications: readonly NotificationRecord[];
  readonly delivered: readonly string[];
  readonly heldOrders: readonly string[];
  readonly outboxes: number;
  readonly events: readonly EventRecord[];
  readonly parked: readonly ParkedRecord[];
  readonly ledger: Ledger;
}

/** Reads it all. */
export async function gatherFindings(world: World, placed: Orders): Promise<Findings> {
  const [orders, notifications, delivered, heldOrders, outboxes, events, parked, ledger] = await Promise.all([
    world.orders(),
    world.notifications(),
    world.delivered(),
    world.heldOrders(),
    world.outboxes(),
    world.events(),
    world.parked(),
    world.ledger(),
  ]);
  return { placed, orders, notifications, delivered, heldOrders, outboxes, events, parked, ledger };
}

/** A statement that must hold, how often it was checked, and where it did not hold. */
export interface Invariant {
  readonly statement: string;
  readonly checked: number;
  readonly violations: readonly string[];
}

/** Checks a statement on each of several things; `problem` answers undefined where it holds. */
export function invariant<T>(
  statement: string,
  things: readonly T[],
  problem: (thing: T) => string | undefined,
): Invariant {
  return { statement, checked: things.length, violations: things.flatMap((thing) => problem(thing) ?? []) };
}

/** Things by a key. */
export function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group) group.push(thing);
    else groups.set(keyOf(thing), [thing]);
  }
  return groups;
}
