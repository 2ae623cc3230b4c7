import type { PaymentSettings } from './domain/charge-order.js';
import type { SurgeSettings } from './domain/surge.js';
import type { OrderKnobs } from './knobs.js';

/** How payments are made, by the knobs as they are now. */
export function paymentSettings(knobs: OrderKnobs): PaymentSettings {
  return {
    idempotencyKeys: knobs.get('payment.idempotencyKeys'),
    retries: knobs.get('payment.retries'),
    timeoutMs: knobs.get('payment.timeoutMs'),
    compensation: knobs.get('payment.compensation'),
  };
}

/** How scarcity is priced, by the knobs as they are now. */
export function surgeSettings(knobs: OrderKnobs): SurgeSettings {
  return {
    enabled: knobs.get('surge.enabled'),
    maxMultiplier: knobs.get('surge.maxMultiplier'),
    minDemand: knobs.get('surge.minDemand'),
    repriceMs: knobs.get('surge.repriceSeconds') * 1000,
    demandMs: Math.round(knobs.get('surge.demandMinutes') * 60_000),
  };
}
