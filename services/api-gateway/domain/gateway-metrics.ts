import { Counter, Gauge } from 'prom-client';
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

/** Counts who follows orders live at this gateway, and why they stop. */
export function createTrackingMetrics({ registry }: Metrics): {
  readonly viewing: Gauge;
  readonly ended: Counter<'reason'>;
} {
  return {
    viewing: new Gauge({
      name: 'tracking_viewers',
      help: 'Orders that are being followed live at this gateway',
      registers: [registry],
    }),
    ended: new Counter({
      name: 'tracking_ended_total',
      help: 'Ends of live tracking by reason',
      labelNames: ['reason'],
      registers: [registry],
    }),
  };
}
