import type { Money } from '@quickbite/shared/http';
import type { Webhook } from './webhook.js';

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

/**
 * Where the provider writes down what it took and gave back. What `save…` has returned from is not forgotten, and a webhook that
 * tells of it is saved in the same write.
 */
export interface Ledger {
  chargeById(id: string): Charge | undefined;
  chargeByKey(idempotencyKey: string): Charge | undefined;
  saveCharge(charge: NewCharge, webhook: Webhook | undefined): void;
  /** A declined attempt leaves nothing but its webhook. */
  saveDecline(webhook: Webhook): void;
  refundByKey(idempotencyKey: string): Refund | undefined;
  /** Saves the refund and marks its charge as refunded. */
  saveRefund(refund: Refund, webhook: Webhook | undefined): void;
  /** Whether a key was voided: no charge will ever be made for it. */
  isVoid(idempotencyKey: string): boolean;
  saveVoid(idempotencyKey: string): void;
  /** Everything, oldest first. */
  contents(): { readonly charges: readonly Charge[]; readonly refunds: readonly Refund[] };
}
