import { backoffMs } from './backoff.js';
import type { PaymentSettings } from './charge-order.js';
import type { Order } from './order.js';
import { settlePayment } from './settle-payment.js';
import type { SettlementDependencies } from './settle-payment.js';

const RETRY = { firstMs: 1000, maxMs: 60_000 } as const;

/**
 * How long one that was taken is left to whoever took it, ms: settling asks the provider three times at most. Who dies meanwhile
 * holds it up for no longer than that.
 */
const claimMs = ({ timeoutMs }: PaymentSettings): number => 3 * timeoutMs + 1000;

/** Looks after every payment that is due, one after the other, until there is none or `signal` says so. */
export async function settleDuePayments(
  dependencies: SettlementDependencies & { readonly random: () => number },
  signal: AbortSignal,
): Promise<void> {
  const { paymentRecords, paymentSettings, now, random } = dependencies;
  while (!signal.aborted) {
    const until = new Date(now().getTime() + claimMs(paymentSettings()));
    const order = await paymentRecords.claimDue(now(), until);
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
