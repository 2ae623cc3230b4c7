import type { Charge, NewCharge, Refund } from './charge.js';
import type { Webhook } from './webhook.js';

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
