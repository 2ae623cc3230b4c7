import { Counter } from 'prom-client';
import type { Metrics } from '@quickbite/shared/metrics';

/** What this service counts beside what all services do. */
export interface UserMetrics {
  readonly logins: Counter<'outcome'>;
  readonly refreshReuse: Counter;
}

export function createUserMetrics({ registry }: Metrics): UserMetrics {
  const registers = [registry];
  return {
    logins: new Counter({
      name: 'login_attempts_total',
      help: 'Attempts to sign in, by what became of them: succeeded, failed or throttled',
      labelNames: ['outcome'],
      registers,
    }),
    refreshReuse: new Counter({
      name: 'refresh_token_reuse_total',
      help: 'Refresh tokens that were presented after they had been used',
      registers,
    }),
  };
}
