import type { Charge } from './charge.js';
import type { Ledger } from './ledger.js';

/**
 * Closes an idempotency key that nothing was charged for: a charge that is still on its way is refused when it arrives. This
 * ends the doubt of a caller that got no answer; asking alone would not, because the charge might come after the question.
 * @returns the charge when there is one already, and then nothing is closed
 */
export function voidKey(ledger: Ledger, idempotencyKey: string): Charge | undefined {
  const charge = ledger.chargeByKey(idempotencyKey);
  if (!charge && !ledger.isVoid(idempotencyKey)) ledger.saveVoid(idempotencyKey);
  return charge;
}
