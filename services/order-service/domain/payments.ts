import type { Money } from '@quickbite/shared/http';

/** How a charge ended, when it ended. */
export type ChargeOutcome =
  | { readonly kind: 'charged'; readonly chargeId: string }
  | { readonly kind: 'declined' }
  /** The key takes no charge any more: it was voided. */
  | { readonly kind: 'refused' };

/**
 * The payment provider. Every call can be repeated with its idempotency key and has its effect once.
 * All throw AppError `upstream-timeout` or `upstream-unreachable` when nobody knows whether it had its effect.
 */
export interface Payments {
  charge(request: {
    readonly idempotencyKey: string;
    readonly amount: Money;
    readonly token: string;
  }): Promise<ChargeOutcome>;
  /** The charge of a key, if there is one so far. */
  findCharge(idempotencyKey: string): Promise<{ readonly chargeId: string } | undefined>;
  /** The charge of a key; undefined when there is none and, from now on, never will be. */
  voidKey(idempotencyKey: string): Promise<{ readonly chargeId: string } | undefined>;
  refund(request: {
    readonly chargeId: string;
    readonly idempotencyKey: string;
  }): Promise<{ readonly refundId: string }>;
}
