import type { Money } from '@quickbite/shared/http';

/** How a charge ended, when it ended. */
export type ChargeOutcome = { readonly kind: 'charged'; readonly chargeId: string } | { readonly kind: 'declined' };

/**
 * The payment provider. Every call can be repeated with its idempotency key and has its effect once.
 * Both throw AppError `upstream-timeout` or `upstream-unreachable` when nobody knows whether it had its effect.
 */
export interface Payments {
  charge(request: {
    readonly idempotencyKey: string;
    readonly amount: Money;
    readonly token: string;
  }): Promise<ChargeOutcome>;
  refund(request: {
    readonly chargeId: string;
    readonly idempotencyKey: string;
  }): Promise<{ readonly refundId: string }>;
}
