import type { Logger } from '@quickbite/shared/logging';
import type { Order } from './order.js';
import type { OrderRepository, PaymentRecords } from './order-repository.js';
import { canFollow, endedUnpaid } from './order-states.js';
import type { ReachableStatus } from './order-states.js';
import type { PaymentWebhook, StatementPosting, WebhookOutcome } from './payment-webhook.js';
import { takeStep } from './take-step.js';

/** More lost races in a row than this mean that something else is wrong. */
const MAX_ATTEMPTS = 10;

export interface WebhookDependencies {
  readonly orders: OrderRepository;
  readonly paymentRecords: PaymentRecords;
  /**
   * Off, each delivery is taken for news: its step is written whatever state the order is in, and its amount counts again.
   */
  readonly dedupe: () => boolean;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly nudgeOutbox: () => void;
  readonly nudgePayments: () => void;
}

/**
 * Brings an order to where the provider says its payment is: it confirms what was charged without our hearing of it, and fails
 * what was declined. A webhook has its effect once, however often and beside whatever else it comes: the order's version and
 * the statement are in the filter of the write.
 * @returns `ignored` for an order that we do not have, or have at another price
 * @throws an Error when the order changes again and again meanwhile; the provider repeats the webhook then
 */
export async function applyPaymentWebhook(
  dependencies: WebhookDependencies,
  webhook: PaymentWebhook,
): Promise<WebhookOutcome> {
  const { orders, paymentRecords, dedupe, logger } = dependencies;
  const { id: webhookId, type, orderId, amount, at } = webhook;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const order = await orders.findById(orderId);
    if (!order || order.total.amount !== amount.amount || order.total.currency !== amount.currency) {
      logger.warn('webhook ignored: there is no such order at this price', { webhookId, type, orderId, amount });
      return 'ignored';
    }
    const posting = { webhookId, type, amount, at, once: dedupe() };
    const to = stepOf(order, webhook, dedupe());
    if (!to) return settleWithoutStep(dependencies, order, webhook, posting);
    const chargeId = webhook.type === 'charge.succeeded' ? { chargeId: webhook.chargeId } : {};
    if (await takeStep(dependencies, order, { to, by: order.customerId, ...chargeId, posting })) {
      logger.info('order moved by a webhook', { webhookId, type, orderId, to });
      // A declined order's key is closed at the provider.
      if (to === 'PAYMENT_FAILED') dependencies.nudgePayments();
      return 'processed';
    }
  }
  throw new Error(
    `the order ${orderId} changed ${MAX_ATTEMPTS} times while the webhook ${webhookId} was to be applied`,
  );

  /** Where the order stays: what the provider says is noted, and does nothing that it did not do before. */
  async function settleWithoutStep(
    { nudgePayments }: WebhookDependencies,
    order: Order,
    told: PaymentWebhook,
    posting: StatementPosting,
  ): Promise<WebhookOutcome> {
    const isOwedBack = endedUnpaid.includes(order.status);
    const isNews = told.type === 'charge.succeeded' && order.payment?.state === 'charging';
    if (isNews) await paymentRecords.recordCharge(orderId, told.chargeId);
    if (told.type === 'refund.succeeded' && isOwedBack) await paymentRecords.recordRefund(orderId, told.refundId);
    if (told.type === 'charge.succeeded' && isOwedBack) nudgePayments();
    return (await paymentRecords.post(orderId, posting)) ? 'processed' : 'duplicate';
  }
}

/** The step that a webhook asks for, if the order can take it. */
function stepOf(order: Order, webhook: PaymentWebhook, dedupe: boolean): ReachableStatus | undefined {
  switch (webhook.type) {
    case 'charge.succeeded':
      return !dedupe || canFollow(order.status, 'CONFIRMED') ? 'CONFIRMED' : undefined;
    case 'charge.declined':
      return !dedupe || isAboutPresentAttempt(order, webhook.at) ? 'PAYMENT_FAILED' : undefined;
    case 'refund.succeeded':
      return undefined;
  }
}

/**
 * A declined card must not fail an order that is being paid with another one by now. Clocks that differ do no harm to money: an
 * order that failed too early has its charge voided or given back, and one that was not failed expires.
 */
function isAboutPresentAttempt({ status, payment }: Order, declinedAt: string): boolean {
  const isOpen = canFollow(status, 'PAYMENT_FAILED') && payment?.state === 'charging';
  return isOpen && payment.startedAt !== undefined && payment.startedAt <= declinedAt;
}
