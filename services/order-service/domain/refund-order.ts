import type { Logger } from '@quickbite/shared/logging';
import type { Order } from './order.js';
import type { OrderRepository } from './order-repository.js';
import type { Payments } from './payments.js';

/**
 * Gives back what was charged for an order that came to nothing. Safe to repeat: the provider refunds an order once.
 * @returns whether there was something to refund; throws what the provider's call throws, and then it is still due
 */
export async function refundOrder(
  dependencies: { readonly orders: OrderRepository; readonly payments: Payments; readonly logger: Logger },
  order: Order,
): Promise<boolean> {
  const { orders, payments, logger } = dependencies;
  const { id, chargeId } = order;
  if (chargeId === undefined) return false;
  if (order.refundId !== undefined) return true;
  try {
    const { refundId } = await payments.refund({ chargeId, idempotencyKey: id });
    await orders.recordRefund(id, refundId);
    logger.info('order refunded', { orderId: id, chargeId, refundId });
    return true;
  } catch (error) {
    logger.error('a refund is due; paying the order again repeats it', { orderId: id, chargeId, error });
    throw error;
  }
}
