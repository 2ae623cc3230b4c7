import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '@quickbite/shared/metrics';
import type { BreakerState } from '@quickbite/shared/resilience';
import type { Upstreams } from './upstreams.js';

const STATE_VALUES: Readonly<Record<BreakerState, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** Publishes the breakers; read when Prometheus asks. */
export function exposeBreakers({ registry }: Metrics, upstreams: Upstreams): void {
  const registers = [registry];
  new Gauge({
    name: 'circuit_breaker_state',
    help: 'State of the breaker of an upstream: 0 closed, 1 half-open, 2 open',
    labelNames: ['upstream'],
    registers,
    collect() {
      for (const { breaker } of upstreams.all()) {
        const { name, state } = breaker.snapshot();
        this.set({ upstream: name }, STATE_VALUES[state]);
      }
    },
  });
  new Gauge({
    name: 'circuit_breaker_calls',
    help: 'Calls of the breaker of an upstream since the start, by what became of them',
    labelNames: ['upstream', 'outcome'],
    registers,
    collect() {
      for (const { breaker } of upstreams.all()) {
        const { name, stats } = breaker.snapshot();
        for (const [outcome, count] of Object.entries(stats)) this.set({ upstream: name, outcome }, count);
      }
    },
  });
}

/** Counts what the rate limits decide. */
export function createDecisionCounter({ registry }: Metrics): Counter<'tier' | 'outcome'> {
  return new Counter({
    name: 'rate_limit_decisions_total',
    help: 'Requests that the rate limits admitted or refused',
    labelNames: ['tier', 'outcome'],
    registers: [registry],
  });
}
