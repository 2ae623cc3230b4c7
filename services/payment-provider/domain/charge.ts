import type { Money } from '@quickbite/shared/http';

/** Money that was taken. A declined attempt leaves no charge. */
export interface Charge {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly amount: Money;
  readonly status: 'succeeded' | 'refunded';
  readonly createdAt: string;
}

/** Money that was given back, always the whole charge. */
export interface Refund {
  readonly id: string;
  readonly chargeId: string;
  readonly idempotencyKey: string;
  readonly amount: Money;
  readonly status: 'succeeded';
  readonly createdAt: string;
}

/** Where the provider writes down what it took and gave back. What `save…` has returned from is not forgotten. */
export interface Ledger {
  chargeById(id: string): Charge | undefined;
  chargeByKey(idempotencyKey: string): Charge | undefined;
  saveCharge(charge: Charge): void;
  refundByKey(idempotencyKey: string): Refund | undefined;
  /** Saves the refund and marks its charge as refunded. */
  saveRefund(refund: Refund): void;
  /** Whether a key was voided: no charge will ever be made for it. */
  isVoid(idempotencyKey: string): boolean;
  saveVoid(idempotencyKey: string): void;
  /** Everything, oldest first. */
  contents(): { readonly charges: readonly Charge[]; readonly refunds: readonly Refund[] };
}
