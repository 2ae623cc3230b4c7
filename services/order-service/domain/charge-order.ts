import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quickbite/shared/errors';
import type { Logger } from '@quickbite/shared/logging';
import { backoffMs } from './backoff.js';
import type { Order } from './order.js';
import type { ChargeOutcome, Payments } from './payments.js';

/** How payments are made. */
export interface PaymentSettings {
  /** Every attempt for an order carries the same key. */
  readonly idempotencyKeys: boolean;
  /** Attempts after the first one. */
  readonly retries: number;
  /** ms for one attempt. */
  readonly timeoutMs: number;
  /** Money for orders that came to nothing is given back. */
  readonly compensation: boolean;
}

const RETRY = { firstMs: 100, maxMs: 1000 } as const;

/** Everything that charging an order may take, ms, with a second to spare. */
export function chargingTakesMs({ retries, timeoutMs }: PaymentSettings): number {
  return (retries + 1) * timeoutMs + retries * RETRY.maxMs + 1000;
}

/**
 * Asks the provider for the money, and asks again when it does not answer. The key is the order's id: the provider takes the money
 * once, whichever of the attempts reached it.
 * @throws what the last attempt threw; then nobody knows whether the money was taken
 */
export async function chargeOrder(
  dependencies: {
    readonly payments: Payments;
    readonly paymentSettings: () => PaymentSettings;
    readonly logger: Logger;
    readonly random: () => number;
  },
  order: Order,
  token: string,
): Promise<ChargeOutcome> {
  const { payments, paymentSettings, logger, random } = dependencies;
  const { idempotencyKeys, retries } = paymentSettings();
  for (let failures = 0; ;) {
    try {
      const idempotencyKey = idempotencyKeys ? order.id : randomUUID();
      return await payments.charge({ idempotencyKey, amount: order.total, token });
    } catch (error) {
      failures += 1;
      // Nobody waits any more: what is left to find out is the worker's.
      if (!(error instanceof AppError) || error.slug === 'deadline-exceeded' || failures > retries) throw error;
      logger.warn('charging got no answer; trying again', { orderId: order.id, failures, error });
      await delay(backoffMs(failures, { ...RETRY, random }));
    }
  }
}
