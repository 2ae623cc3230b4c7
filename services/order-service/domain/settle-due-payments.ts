import { backoffMs } from './backoff.js';
import type { Order } from './order.js';
import { settlePayment } from './settle-payment.js';
import type { SettlementDependencies } from './settle-payment.js';

/** How long one that was taken is left to whoever took it, ms: longer than settling it can take. */
const CLAIM_MS = 30_000;
const RETRY = { firstMs: 1000, maxMs: 60_000 } as const;

/** Looks after every payment that is due, one after the other, until there is none or `signal` says so. */
export async function settleDuePayments(
  dependencies: SettlementDependencies & { readonly random: () => number },
  signal: AbortSignal,
): Promise<void> {
  const { paymentRecords, now, random } = dependencies;
  while (!signal.aborted) {
    const order = await paymentRecords.claimDue(now(), new Date(now().getTime() + CLAIM_MS));
    if (!order) return;
    if ((await attempt(dependencies, order)) === 'settled') continue;
    const pause = backoffMs(order.payment?.attempts ?? 1, { ...RETRY, random });
    await paymentRecords.postpone(order.id, new Date(now().getTime() + pause));
  }
}

async function attempt(dependencies: SettlementDependencies, order: Order): Promise<'settled' | 'waiting'> {
  try {
    return await settlePayment(dependencies, order);
  } catch (error) {
    dependencies.logger.warn('a payment could not be settled; trying again later', { orderId: order.id, error });
    return 'waiting';
  }
}
