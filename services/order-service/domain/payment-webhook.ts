import type { Money } from '@quickbite/shared/http';

/** What the payment provider tells of an order by itself. It comes at least once, and in no particular order. */
export type PaymentWebhook = {
  readonly id: string;
  /** The idempotency key of the charge or refund: the order's id. */
  readonly orderId: string;
  readonly amount: Money;
  /** When it happened, by the provider's clock. */
  readonly at: string;
} & (
  | { readonly type: 'charge.succeeded'; readonly chargeId: string }
  | { readonly type: 'charge.declined' }
  | { readonly type: 'refund.succeeded'; readonly refundId: string }
);

/**
 * A webhook as a line of the order's payment statement, which counts what the provider says it has moved. The line is also the
 * proof that the webhook was processed: it is written with what the webhook brings about, in one write.
 */
export interface StatementPosting {
  readonly webhookId: string;
  readonly type: PaymentWebhook['type'];
  readonly amount: Money;
  readonly at: string;
  /** The write misses when the statement has this webhook. */
  readonly once: boolean;
}

/** What became of a webhook: all three are answered with 2xx, because none would go better the next time. */
export type WebhookOutcome = 'processed' | 'duplicate' | 'ignored';
