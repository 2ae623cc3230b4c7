import type { Logger } from '@quickbite/shared/logging';
import type { PaymentSettings } from './charge-order.js';
import { confirmOrder } from './confirm-order.js';
import type { Order } from './order.js';
import type { OrderRepository, PaymentRecords } from './order-repository.js';
import { endedUnpaid } from './order-states.js';
import type { Payments } from './payments.js';

export interface SettlementDependencies {
  readonly orders: OrderRepository;
  readonly paymentRecords: PaymentRecords;
  readonly payments: Payments;
  readonly paymentSettings: () => PaymentSettings;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly nudgeOutbox: () => void;
}

/**
 * Does what is left to do for the payment of an order: confirms what was charged without our hearing of it, and gives back what
 * was charged for an order that came to nothing. Every step can be repeated, also by two at once.
 * @returns `waiting` when it is too early to tell, or compensation is off; throws what the provider's calls throw, and then it is
 * still to be done
 */
export async function settlePayment(
  dependencies: SettlementDependencies,
  order: Order,
): Promise<'settled' | 'waiting'> {
  const { paymentRecords, payments, paymentSettings } = dependencies;
  const { id, payment, status } = order;
  if (payment?.state === 'charging' && status === 'PENDING') {
    const charge = await payments.findCharge(id);
    // It may still be on its way: as long as the order can be paid, its key stays open.
    if (!charge) return 'waiting';
    const after = await confirmOrder(dependencies, order, charge.chargeId);
    return endedUnpaid.includes(after.status) ? settlePayment(dependencies, after) : 'settled';
  }
  if (endedUnpaid.includes(status) && (payment?.state === 'charging' || payment?.state === 'charged')) {
    if (!paymentSettings().compensation) return 'waiting';
    await giveBack(dependencies, id, payment.chargeId);
    return 'settled';
  }
  await paymentRecords.close(id);
  return 'settled';
}

/** Voiding makes sure that a charge which nobody has heard of is either found or never made. */
async function giveBack(dependencies: SettlementDependencies, id: string, known: string | undefined): Promise<void> {
  const { paymentRecords, payments, logger } = dependencies;
  const chargeId = known ?? (await payments.voidKey(id))?.chargeId;
  if (chargeId === undefined) return paymentRecords.recordVoid(id);
  if (known === undefined) await paymentRecords.recordCharge(id, chargeId);
  const { refundId } = await payments.refund({ chargeId, idempotencyKey: id });
  await paymentRecords.recordRefund(id, refundId);
  logger.info('order refunded', { orderId: id, chargeId, refundId });
}
