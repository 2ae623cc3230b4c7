import type { connectRedis } from '@quickbite/shared/cache';
import type { OrderRepository } from '../domain/order-repository.js';

/** Tells whoever tracks an order of its status after each step; as best it can, because they can also ask. */
export function withTracking(orders: OrderRepository, redis: ReturnType<typeof connectRedis>): OrderRepository {
  return {
    ...orders,
    async takeStep(expected, step) {
      const after = await orders.takeStep(expected, step);
      const { to: status, at } = step.entry;
      const message = JSON.stringify({ type: 'status', orderId: expected.id, status, at });
      if (after) redis.publish(`tracking:${expected.id}`, message).catch(() => undefined);
      return after;
    },
  };
}
