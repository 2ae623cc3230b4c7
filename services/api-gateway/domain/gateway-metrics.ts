import { Counter } from 'prom-client';
import type { Metrics } from '@quickbite/shared/metrics';

/** Counts what the rate limits decide. */
export function createDecisionCounter({ registry }: Metrics): Counter<'tier' | 'outcome'> {
  return new Counter({
    name: 'rate_limit_decisions_total',
    help: 'Requests that the rate limits admitted or refused',
    labelNames: ['tier', 'outcome'],
    registers: [registry],
  });
}

/** Counts what became of the question whether an access token was revoked. */
export function createRevocationCounter({ registry }: Metrics): Counter<'outcome'> {
  return new Counter({
    name: 'auth_revocation_checks_total',
    help: 'Access tokens with a valid signature: good, revoked, or unknown because Redis did not answer',
    labelNames: ['outcome'],
    registers: [registry],
  });
}
