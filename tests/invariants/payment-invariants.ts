import { groupBy, invariant } from './findings.js';
import type { Findings, Invariant } from './findings.js';

/** What must hold for all money. Charges carry the order's id as their key. */
export function paymentInvariants({ orders, ledger }: Findings): readonly Invariant[] {
  const { charges, refunds } = ledger;
  const byOrder = groupBy(charges, ({ idempotencyKey }) => idempotencyKey);
  const known = new Map(orders.map((order) => [order.id, order]));
  const refundsOf = groupBy(refunds, ({ chargeId }) => chargeId);
  const ended = orders.filter(({ status }) => ['DELIVERED', 'CANCELLED', 'PAYMENT_FAILED'].includes(status));
  return [
    invariant('an order is charged at most once, its total', [...byOrder], ([key, made]) => {
      const order = known.get(key);
      if (!order) return `charge ${made.map(({ id }) => id).join()} for an unknown order ${key}`;
      if (made.length > 1) return `${key} was charged ${made.length} times`;
      const charged = made[0]?.amount.amount;
      return charged === order.total ? undefined : `${key} costs ${order.total} and was charged ${String(charged)}`;
    }),
    invariant('what was delivered is paid; what came to nothing is not, or was given back', ended, ({ id, status }) => {
      const kept = (byOrder.get(id) ?? []).filter((charge) => !refundsOf.has(charge.id)).length;
      const due = status === 'DELIVERED' ? 1 : 0;
      return kept === due ? undefined : `${id} is ${status}, and ${kept} charges are kept`;
    }),
    invariant('a charge is given back at most once, whole', [...refundsOf], ([chargeId, made]) => {
      const charge = charges.find(({ id }) => id === chargeId);
      const whole = made.length === 1 && made[0]?.amount.amount === charge?.amount.amount;
      return whole ? undefined : `${chargeId} of ${String(charge?.amount.amount)}: ${JSON.stringify(made)}`;
    }),
    invariant('the order knows what became of its money', ended, ({ id, payment }) => {
      const [charge] = byOrder.get(id) ?? [];
      const [refund] = charge ? (refundsOf.get(charge.id) ?? []) : [];
      const expected = refund ? 'refunded' : 'charged';
      if (payment?.nextAttemptAt) return `${id} still has its payment to settle (${payment.state})`;
      if (!charge) return payment?.chargeId === undefined ? undefined : `${id} names a charge that nobody made`;
      return payment?.state === expected && payment.chargeId === charge.id && payment.refundId === refund?.id
        ? undefined
        : `${id} says ${JSON.stringify(payment)}, the provider ${charge.id} ${refund?.id ?? ''}`;
    }),
  ];
}
