import type { ArmKnobs, ArmName } from '../../protocol/index.js';

/** A busy machine is waited for: what is judged is whether things are right, not when. */
const PATIENT_MS = 15_000;

/**
 * Every defence that has a scenario of its own and a part in this one, off or on. What belongs to floods, tokens and prices has no
 * part in it.
 */
export function armsOf(): Readonly<Record<ArmName, ArmKnobs>> {
  const arm = (on: boolean): ArmKnobs => ({
    // A customer who sees no answer taps again: with the same key, or with a new one.
    client: { sameKey: on },
    'api-gateway': {
      'rateLimit.enabled': false,
      'upstream.timeoutMs': PATIENT_MS,
      'retry.enabled': on,
      'balancing.ejection': on,
      'balancing.healthCheck': on ? 'ready' : 'off',
      'breaker.enabled': on,
      'responseCache.enabled': on,
      'fallback.enabled': on,
    },
    'restaurant-service': { 'cache.breaker.enabled': on, 'cache.timeoutMs': on ? 100 : 5_000 },
    'order-service': {
      'restaurant.timeoutMs': PATIENT_MS,
      // Orders of the arm before may still be unpaid; how one keeps out a second one has a scenario of its own.
      'orders.pendingGuard': 'none',
      'outbox.enabled': on,
      'payment.idempotencyKeys': on,
      'payment.compensation': on,
      'webhook.dedupe': on,
    },
    'driver-service': { 'assignment.atomicClaim': on },
    'notification-service': { 'dedupe.strategy': on ? 'processed-event' : 'none' },
  });
  return { undefended: arm(false), defended: arm(true) };
}
