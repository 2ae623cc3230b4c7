import type { Money } from '@quickbite/shared/http';

/** Money that was taken. A declined attempt leaves no charge. */
export interface Charge {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly amount: Money;
  readonly status: 'succeeded' | 'refunded';
  readonly createdAt: string;
}

/** A charge at the moment when it is made. */
export type NewCharge = Charge & { readonly status: 'succeeded' };

/** Money that was given back, always the whole charge. */
export interface Refund {
  readonly id: string;
  readonly chargeId: string;
  readonly idempotencyKey: string;
  readonly amount: Money;
  readonly status: 'succeeded';
  readonly createdAt: string;
}
