/** Where an order can be. */
export const orderStatuses = [
  'PENDING',
  'CONFIRMED',
  'PREPARING',
  'READY',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
  'CANCELLED',
  'PAYMENT_FAILED',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Who can move an order on. The payment is no person: it is the outcome of a charge. */
export type Actor = 'customer' | 'owner' | 'driver' | 'payment';

interface Rule {
  readonly from: readonly OrderStatus[];
  readonly by: readonly Actor[];
}

/** How each state is reached: the whole state machine. Nothing leaves DELIVERED, CANCELLED and PAYMENT_FAILED. */
const RULES = {
  CONFIRMED: { from: ['PENDING'], by: ['payment'] },
  PAYMENT_FAILED: { from: ['PENDING'], by: ['payment'] },
  PREPARING: { from: ['CONFIRMED'], by: ['owner'] },
  READY: { from: ['PREPARING'], by: ['owner'] },
  OUT_FOR_DELIVERY: { from: ['READY'], by: ['driver'] },
  DELIVERED: { from: ['OUT_FOR_DELIVERY'], by: ['driver'] },
  CANCELLED: { from: ['PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY'], by: ['customer', 'owner'] },
} as const satisfies Readonly<Record<Exclude<OrderStatus, 'PENDING'>, Rule>>;

/** A state that an order can be moved to; it starts in PENDING. */
export type ReachableStatus = keyof typeof RULES;

/** The states that people, not payments, move an order to. */
export const requestableStatuses = ['PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED'] as const;

export function mayEnter(to: ReachableStatus, actor: Actor): boolean {
  const rule: Rule = RULES[to];
  return rule.by.includes(actor);
}

export function canFollow(from: OrderStatus, to: ReachableStatus): boolean {
  const rule: Rule = RULES[to];
  return rule.from.includes(from);
}

/** The states that can follow, for messages. */
export function nextStatuses(from: OrderStatus): readonly ReachableStatus[] {
  return (Object.keys(RULES) as ReachableStatus[]).filter((to) => canFollow(from, to));
}

/** The states in which nothing may stay charged. */
export const endedUnpaid: readonly OrderStatus[] = ['CANCELLED', 'PAYMENT_FAILED'];

export function isFinal(status: OrderStatus): boolean {
  return nextStatuses(status).length === 0;
}
