import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import { chargeOrder, chargingTakesMs } from './charge-order.js';
import { confirmOrder } from './confirm-order.js';
import { requireOrder } from './get-order.js';
import type { Order } from './order.js';
import { canFollow, endedUnpaid } from './order-states.js';
import { noSuchOrder } from './participants.js';
import { settlePayment } from './settle-payment.js';
import type { SettlementDependencies } from './settle-payment.js';
import { takeStep } from './take-step.js';

/** The worker asks what became of a charge so soon after nobody heard of it, ms. */
const ASK_AGAIN_MS = 1000;

type Dependencies = SettlementDependencies & { readonly random: () => number };

/**
 * Charges the customer and confirms the order. It is noted before that the money is about to be taken, so that whatever breaks
 * afterwards is put right by the worker: confirmed, or given back. Repeating it is safe at any point: the provider takes the
 * money once for an order, and an order that is paid answers as it is.
 * @throws AppError `not-found`; `payment-declined`; `conflict` when it cannot be paid (any more); `upstream-timeout` and
 * `upstream-unreachable`, after which it is still PENDING, and confirmed by itself if the money was taken
 */
export async function payOrder(dependencies: Dependencies, payer: Identity, id: string, token: string): Promise<Order> {
  const { orders, paymentRecords, paymentSettings, now } = dependencies;
  const order = await requireOrder(orders, id);
  if (order.customerId !== payer.userId) throw noSuchOrder(id);
  if (!canFollow(order.status, 'CONFIRMED')) return outcomeOf(dependencies, order);
  const later = (ms: number): Date => new Date(now().getTime() + ms);
  const times = { startedAt: now(), nextAttemptAt: later(chargingTakesMs(paymentSettings())) };
  if (!(await paymentRecords.begin(id, times))) return outcomeOf(dependencies, await requireOrder(orders, id));

  try {
    const outcome = await chargeOrder(dependencies, order, token);
    if (outcome.kind === 'charged')
      return await outcomeOf(dependencies, await confirmOrder(dependencies, order, outcome.chargeId));
    if (outcome.kind === 'refused') return await outcomeOf(dependencies, await requireOrder(orders, id));
  } catch (error) {
    await paymentRecords.postpone(id, later(ASK_AGAIN_MS));
    throw error;
  }
  await takeStep(dependencies, order, { to: 'PAYMENT_FAILED', by: payer.userId });
  throw new AppError('payment-declined', 'The payment was declined. Place the order again with another card.');
}

/** The answer for an order that has left PENDING: itself when it was paid, a conflict when it came to nothing. */
async function outcomeOf(dependencies: Dependencies, order: Order): Promise<Order> {
  if (order.status === 'PENDING')
    throw new AppError('conflict', `The order ${order.id} cannot be paid any more. Place a new one.`);
  if (!endedUnpaid.includes(order.status)) return order;
  throw new AppError(
    'conflict',
    `The order is ${order.status} and cannot be paid.${await refundNote(dependencies, order)} Place a new one.`,
  );
}

async function refundNote(dependencies: Dependencies, order: Order): Promise<string> {
  if (!order.payment || !dependencies.paymentSettings().compensation) return '';
  try {
    await settlePayment(dependencies, order);
  } catch (error) {
    dependencies.logger.warn('a refund is due; the worker repeats it', { orderId: order.id, error });
  }
  const { payment } = await requireOrder(dependencies.orders, order.id);
  if (payment?.state === 'refunded') return ' What was charged has been refunded.';
  return payment?.state === 'voided' ? '' : ' What was charged will be refunded.';
}
