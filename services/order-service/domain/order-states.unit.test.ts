import { describe, expect, it } from 'vitest';
import { canFollow, isFinal, mayEnter, nextStatuses, orderStatuses } from './order-states.js';
import type { Actor, OrderStatus, ReachableStatus } from './order-states.js';

/** The contract, written out a second time: docs/contracts.md, "Order states". */
const ALLOWED: Readonly<Record<OrderStatus, readonly ReachableStatus[]>> = {
  PENDING: ['CANCELLED', 'CONFIRMED', 'PAYMENT_FAILED'],
  CONFIRMED: ['CANCELLED', 'PREPARING'],
  PREPARING: ['CANCELLED', 'READY'],
  READY: ['CANCELLED', 'OUT_FOR_DELIVERY'],
  OUT_FOR_DELIVERY: ['CANCELLED', 'DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
  PAYMENT_FAILED: [],
};
const WHO: Readonly<Record<ReachableStatus, readonly Actor[]>> = {
  CONFIRMED: ['payment'],
  PAYMENT_FAILED: ['payment'],
  PREPARING: ['owner'],
  READY: ['owner'],
  OUT_FOR_DELIVERY: ['driver'],
  DELIVERED: ['driver'],
  CANCELLED: ['customer', 'owner'],
};
const reachable = Object.keys(WHO) as ReachableStatus[];
const actors: readonly Actor[] = ['customer', 'owner', 'driver', 'payment'];

describe('the order states', () => {
  it.each(orderStatuses)('lets %s be followed by what the contract says and nothing else', (from) => {
    expect(reachable.filter((to) => canFollow(from, to)).sort()).toEqual(ALLOWED[from]);
    expect([...nextStatuses(from)].sort()).toEqual(ALLOWED[from]);
    expect(isFinal(from)).toBe(ALLOWED[from].length === 0);
  });

  it.each(reachable)('lets only those enter %s who may', (to) => {
    expect(actors.filter((actor) => mayEnter(to, actor))).toEqual(WHO[to]);
  });
});
