import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '@quickbite/shared/metrics';
import type { InstanceSnapshot } from './balancer.js';
import type { Upstreams } from './upstreams.js';

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

/** Publishes how the calls to upstreams are doing: their bulkheads, retries, and each of their instances. */
export function exposeUpstreams(metrics: Metrics, upstreams: Upstreams): void {
  metrics.watch({
    name: 'bulkhead_calls',
    help: 'Calls to an upstream that are under way or wait for a place, and those refused since the start',
    labelNames: ['upstream', 'state'],
    read: () =>
      upstreams.all().flatMap(({ name, bulkhead }) => {
        const { inUse, queued, refused } = bulkhead.snapshot();
        return Object.entries({ running: inUse, queued, refused }).map(([state, value]) => {
          return { labels: { upstream: name, state }, value };
        });
      }),
  });
  metrics.watch({
    name: 'gateway_calls',
    help: 'Calls to all upstreams that have a place in the gateway, and those refused since the start because it was full',
    labelNames: ['state'],
    read() {
      const { inUse, refused } = upstreams.whole.snapshot();
      return Object.entries({ running: inUse, refused }).map(([state, value]) => ({ labels: { state }, value }));
    },
  });
  metrics.watch({
    name: 'upstream_retries',
    help: 'Retries since the start: made, and refused because the budget was spent',
    labelNames: ['upstream', 'outcome'],
    read: () =>
      upstreams.all().flatMap(({ name, retryBudget }) =>
        Object.entries(retryBudget.snapshot()).map(([outcome, value]) => {
          return { labels: { upstream: name, outcome }, value };
        }),
      ),
  });
  const eachInstance = (value: (instance: InstanceSnapshot) => number) => () =>
    upstreams.all().flatMap(({ name, balancer }) =>
      balancer.snapshot().map((instance) => {
        return { labels: { upstream: name, instance: instance.url }, value: value(instance) };
      }),
    );
  const labelNames = ['upstream', 'instance'];
  metrics.watch({
    name: 'upstream_in_flight',
    help: 'Calls to an instance that are under way',
    labelNames,
    read: eachInstance(({ inFlight }) => inFlight),
  });
  metrics.watch({
    name: 'upstream_passes',
    help: 'Whether an instance passes its health checks: 1 or 0; 1 where none is asked',
    labelNames,
    read: eachInstance(({ passes }) => (passes ? 1 : 0)),
  });
  metrics.watch({
    name: 'upstream_ejected',
    help: 'Whether an instance is left out because it keeps failing: 1 or 0',
    labelNames,
    read: eachInstance(({ ejected }) => (ejected ? 1 : 0)),
  });
  metrics.watch({
    name: 'upstream_ejections',
    help: 'How often an instance was left out since the start',
    labelNames,
    read: eachInstance(({ ejections }) => ejections),
  });
}
