import { groupBy, invariant } from './findings.js';
import type { Findings, Invariant } from './findings.js';

/** What must hold for all drivers. */
export function driverInvariants({ orders, events, heldOrders }: Findings): readonly Invariant[] {
  const assignments = events.filter(({ type }) => type === 'driver.assigned');
  const endOf = new Map(orders.map(({ id, history }) => [id, history.at(-1)?.at.getTime() ?? Infinity]));
  const byOrder = groupBy(assignments, ({ orderId }) => orderId);
  const byDriver = groupBy(assignments, ({ data }) => String(data['driverId']));
  return [
    invariant('a delivered order had one driver, the one it names', orders, ({ id, status, driverId }) => {
      if (status !== 'DELIVERED') return undefined;
      const drivers = (byOrder.get(id) ?? []).map(({ data }) => String(data['driverId']));
      return drivers.length === 1 && drivers[0] === driverId
        ? undefined
        : `${id} names ${driverId ?? 'nobody'} and was given to ${drivers.join() || 'nobody'}`;
    }),
    invariant('a driver has no two orders at once', [...byDriver], ([driver, list]) => {
      const spans = list
        .map(({ orderId, occurredAt }) => ({ orderId, from: occurredAt.getTime(), to: endOf.get(orderId) ?? Infinity }))
        .sort((a, b) => a.from - b.from);
      const clash = spans.find(({ from }, index) => from < (spans[index - 1]?.to ?? 0));
      return clash ? `${driver} got ${clash.orderId} before the one before had ended` : undefined;
    }),
    invariant(
      'no driver waits with an order that has ended',
      heldOrders,
      (orderId) => `somebody still holds ${orderId}`,
    ),
  ];
}
