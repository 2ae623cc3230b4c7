import { randomBytes } from 'node:crypto';
import { AppError } from '@quickbite/shared/errors';
import type { Announce } from './announce.js';
import type { Refund } from './charge.js';
import type { Ledger } from './ledger.js';

/**
 * Gives a charge back, once: a repetition with the same key answers with the first refund.
 * @throws AppError `not-found` without the charge; `conflict` when the charge was refunded, or the key used, otherwise
 */
export function refundCharge(
  dependencies: { readonly ledger: Ledger; readonly announce: Announce },
  request: { readonly chargeId: string; readonly idempotencyKey: string },
): { readonly refund: Refund; readonly created: boolean } {
  const { ledger, announce } = dependencies;
  const { chargeId, idempotencyKey } = request;
  const earlier = ledger.refundByKey(idempotencyKey);
  if (earlier?.chargeId === chargeId) return { refund: earlier, created: false };
  if (earlier)
    throw new AppError('conflict', 'This idempotency key has refunded another charge. Use a new key for a new refund.');
  const charge = ledger.chargeById(chargeId);
  if (!charge) throw new AppError('not-found', `There is no charge ${chargeId}.`);
  if (charge.status === 'refunded')
    throw new AppError('conflict', `The charge ${chargeId} has already been refunded with another idempotency key.`);
  const refund: Refund = {
    id: `re_${randomBytes(12).toString('hex')}`,
    chargeId,
    idempotencyKey,
    amount: charge.amount,
    status: 'succeeded',
    createdAt: new Date().toISOString(),
  };
  ledger.saveRefund(refund, announce({ type: 'refund.succeeded', data: refund }));
  return { refund, created: true };
}
