import { randomBytes } from 'node:crypto';
import { AppError } from '@quickbite/shared/errors';
import type { Money } from '@quickbite/shared/http';
import type { Announce } from './announce.js';
import type { Charge, NewCharge } from './charge.js';
import type { Ledger } from './ledger.js';

/** The card that never works, for tests and lessons. */
const DECLINED_TOKEN = 'tok_declined';

/**
 * Takes money once for an idempotency key: a repetition answers with the first charge, whatever card it names, and takes
 * nothing. It reads and writes the ledger without a pause in between, so that no repetition slips through.
 * @throws AppError `payment-declined`, after which the key may be tried again; `conflict` when the key came with another
 * amount, or was voided
 */
export function takeCharge(
  dependencies: { readonly ledger: Ledger; readonly isUnlucky: () => boolean; readonly announce: Announce },
  request: { readonly idempotencyKey: string; readonly amount: Money; readonly token: string },
): { readonly charge: Charge; readonly created: boolean } {
  const { ledger, isUnlucky, announce } = dependencies;
  const { idempotencyKey, amount, token } = request;
  const earlier = ledger.chargeByKey(idempotencyKey);
  if (earlier) {
    if (earlier.amount.amount === amount.amount && earlier.amount.currency === amount.currency)
      return { charge: earlier, created: false };
    throw new AppError(
      'conflict',
      'This idempotency key has been used for another amount. Use a new key for a new charge.',
    );
  }
  if (ledger.isVoid(idempotencyKey))
    throw new AppError('conflict', 'This idempotency key was voided. Use a new key for a new charge.');
  if (isUnlucky() || token === DECLINED_TOKEN) {
    const webhook = announce({ type: 'charge.declined', data: { idempotencyKey, amount } });
    if (webhook) ledger.saveDecline(webhook);
    throw new AppError('payment-declined', 'The card was declined. Use another one.');
  }
  const charge: NewCharge = {
    id: `ch_${randomBytes(12).toString('hex')}`,
    idempotencyKey,
    amount,
    status: 'succeeded',
    createdAt: new Date().toISOString(),
  };
  ledger.saveCharge(charge, announce({ type: 'charge.succeeded', data: charge }));
  return { charge, created: true };
}
