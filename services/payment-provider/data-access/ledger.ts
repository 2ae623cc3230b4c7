import type { Charge, Ledger, Refund } from '../domain/charge.js';

/** A ledger in memory: the provider stands for somebody else's system, and nothing in a lab outlives its process. */
export function createLedger(): Ledger {
  const charges = new Map<string, Charge>();
  const chargeIds = new Map<string, string>();
  const refunds = new Map<string, Refund>();
  return {
    chargeById: (id) => charges.get(id),
    chargeByKey: (idempotencyKey) => charges.get(chargeIds.get(idempotencyKey) ?? ''),
    saveCharge(charge) {
      charges.set(charge.id, charge);
      chargeIds.set(charge.idempotencyKey, charge.id);
    },
    refundByKey: (idempotencyKey) => refunds.get(idempotencyKey),
    saveRefund(refund) {
      refunds.set(refund.idempotencyKey, refund);
      const charge = charges.get(refund.chargeId);
      if (charge) charges.set(charge.id, { ...charge, status: 'refunded' });
    },
  };
}
