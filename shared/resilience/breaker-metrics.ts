import type { Metrics } from '../metrics/index.js';
import type { Breaker, BreakerState } from './breaker.js';

const STATE_VALUES: Readonly<Record<BreakerState, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** Publishes breakers: state, and calls by what became of them. */
export function exposeBreakers(metrics: Metrics, breakers: () => readonly Breaker[]): void {
  metrics.watch({
    name: 'circuit_breaker_state',
    help: 'State of the breaker of an upstream: 0 closed, 1 half-open, 2 open',
    labelNames: ['upstream'],
    read: () =>
      breakers().map((breaker) => {
        const { name, state } = breaker.snapshot();
        return { labels: { upstream: name }, value: STATE_VALUES[state] };
      }),
  });
  metrics.watch({
    name: 'circuit_breaker_calls',
    help: 'Calls through the breaker of an upstream since the start, by what became of them',
    labelNames: ['upstream', 'outcome'],
    read: () =>
      breakers().flatMap((breaker) => {
        const { name, stats } = breaker.snapshot();
        return Object.entries(stats).map(([outcome, value]) => ({ labels: { upstream: name, outcome }, value }));
      }),
  });
}
