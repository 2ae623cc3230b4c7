import { groupBy, invariant } from './findings.js';
import type { Findings, Invariant } from './findings.js';
import type { OrderRecord } from './world.js';

const ENDED: readonly string[] = ['DELIVERED', 'CANCELLED', 'PAYMENT_FAILED'];

/** From docs/contracts.md, told again here: a mistake in the service must not be repeated by its judge. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['CONFIRMED', 'CANCELLED', 'PAYMENT_FAILED'],
  CONFIRMED: ['PREPARING', 'CANCELLED'],
  PREPARING: ['READY', 'CANCELLED'],
  READY: ['OUT_FOR_DELIVERY', 'CANCELLED'],
  OUT_FOR_DELIVERY: ['DELIVERED', 'CANCELLED'],
};

/** What must hold for every order. */
export function orderInvariants({ placed, orders }: Findings): readonly Invariant[] {
  const byKey = groupBy(orders, ({ idempotencyKey }) => idempotencyKey);
  return [
    invariant('an accepted order is on record, once', [...placed.accepted], ([key, id]) => {
      const found = byKey.get(key)?.map((order) => order.id) ?? [];
      return found.length === 1 && found[0] === id ? undefined : `${key} was accepted as ${id}, found ${found.join()}`;
    }),
    invariant('an order on record was asked for', orders, ({ id, idempotencyKey }) =>
      placed.accepted.has(idempotencyKey) || placed.refused.has(idempotencyKey)
        ? undefined
        : `${id} has the key ${idempotencyKey}`,
    ),
    invariant('an order has ended', orders, ({ id, status, history, driverId }) =>
      ENDED.includes(status)
        ? undefined
        : `${id} is ${status} since ${String(history.at(-1)?.at.toISOString())}, driver ${driverId ?? 'none'}`,
    ),
    invariant('its history is without a gap and by the rules', orders, historyProblem),
  ];
}

function historyProblem({ id, status, history }: OrderRecord): string | undefined {
  const steps = history.map(({ from, to }) => `${from ?? ''}>${to}`).join(' ');
  const broken = history.some(({ from, to }, index) => {
    const before = history[index - 1];
    if (!before) return from !== null || to !== 'PENDING';
    return from !== before.to || !FOLLOWS[before.to]?.includes(to);
  });
  return broken || history.at(-1)?.to !== status ? `${id} is ${status} after ${steps}` : undefined;
}
