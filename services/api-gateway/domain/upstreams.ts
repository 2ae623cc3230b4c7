import { createBreaker } from '@quickbite/shared/resilience';
import type { Breaker, BreakerSettings, Upstream } from '@quickbite/shared/resilience';
import type { Logger } from '@quickbite/shared/logging';
import type { GatewayKnobs } from '../knobs.js';
import type { InstanceClient } from './answer.js';
import { createBalancer } from './balancer.js';
import type { Balancer } from './balancer.js';
import { createBulkhead } from './bulkhead.js';
import type { Bulkhead } from './bulkhead.js';
import { startHealthChecks } from './health-checks.js';
import type { HealthChecks } from './health-checks.js';
import { createRetryBudget } from './retry-budget.js';
import type { RetryBudget } from './retry-budget.js';

/** The services behind the gateway. */
export type UpstreamName =
  'user-service' | 'restaurant-service' | 'order-service' | 'driver-service' | 'notification-service';

/** A service with its instances, and what all calls to it share. */
export interface GuardedUpstream {
  readonly name: UpstreamName;
  readonly bulkhead: Bulkhead;
  readonly breaker: Breaker;
  readonly retryBudget: RetryBudget;
  readonly balancer: Balancer;
  /** One of its instances, past everything that protects it: for what is no request of a client. */
  readonly upstream: Upstream;
}

/** The services behind the gateway, each behind its own breaker and bulkhead: one that fails does not take the others with it. */
export interface Upstreams {
  /** What the process can hold: a place for each call, to whomever. */
  readonly whole: Bulkhead;
  get(name: UpstreamName): GuardedUpstream;
  all(): readonly GuardedUpstream[];
  close(): Promise<void>;
}

/** Opens the connections, and keeps the breakers at the settings of the knobs. */
export function openUpstreams(options: {
  readonly urls: Readonly<Record<UpstreamName, readonly string[]>>;
  readonly connect: (name: UpstreamName, url: string) => InstanceClient;
  readonly knobs: GatewayKnobs;
  readonly logger: Logger;
}): Upstreams {
  const { urls, connect, knobs, logger } = options;
  const checked: HealthChecks[] = [];

  function open(name: UpstreamName): GuardedUpstream {
    const instances = urls[name].map((url) => ({ url, client: connect(name, url) }));
    const health = startHealthChecks({
      instances,
      settings: () => ({ check: knobs.get('balancing.healthCheck'), everyMs: knobs.get('balancing.healthCheckMs') }),
      onChange({ url, passes }) {
        const where = { upstream: name, instance: url };
        if (passes) logger.info('an instance passes its health check again', where);
        else logger.warn('an instance fails its health check and is left out', where);
      },
    });
    checked.push(health);
    const balancer = createBalancer({
      instances,
      passes: (url) => health.passes(url),
      settings: () => ({
        enabled: knobs.get('balancing.ejection'),
        failures: knobs.get('balancing.ejectAfterFailures'),
        baseMs: knobs.get('balancing.ejectionMs'),
      }),
      onEjection: ({ url, forMs }) =>
        logger.warn('an instance keeps failing and is left out', { upstream: name, instance: url, forMs }),
    });
    return {
      name,
      bulkhead: createBulkhead(name, () => ({
        enabled: knobs.get('bulkhead.enabled'),
        maxConcurrent: knobs.get('bulkhead.maxConcurrent'),
        maxQueue: knobs.get('bulkhead.maxQueue'),
      })),
      breaker: createBreaker(name, breakerSettings(knobs), ({ from, to }) =>
        logger.warn('breaker changed state', { upstream: name, from, to }),
      ),
      retryBudget: createRetryBudget(),
      balancer,
      upstream: { name, request: (request) => balancer.probe(request), close: () => balancer.close() },
    };
  }

  const byName: Readonly<Record<UpstreamName, GuardedUpstream>> = {
    'user-service': open('user-service'),
    'restaurant-service': open('restaurant-service'),
    'order-service': open('order-service'),
    'driver-service': open('driver-service'),
    'notification-service': open('notification-service'),
  };
  const all = Object.values(byName);
  knobs.onChange(() => {
    for (const { breaker } of all) breaker.configure(breakerSettings(knobs));
  });

  return {
    // Whoever finds it full has nothing to wait for: the calls that fill it may be slow ones, all of them.
    whole: createBulkhead('api-gateway', () => ({
      enabled: true,
      maxConcurrent: knobs.get('upstream.maxCalls'),
      maxQueue: 0,
    })),
    get: (name) => byName[name],
    all: () => all,
    async close() {
      for (const health of checked) health.close();
      for (const { breaker } of all) breaker.close();
      await Promise.all(all.map(({ balancer }) => balancer.close()));
    },
  };
}

function breakerSettings(knobs: GatewayKnobs): BreakerSettings {
  return {
    enabled: knobs.get('breaker.enabled'),
    errorThresholdPercentage: knobs.get('breaker.errorThresholdPercentage'),
    rollingWindowMs: knobs.get('breaker.rollingWindowMs'),
    volumeThreshold: knobs.get('breaker.volumeThreshold'),
    resetTimeoutMs: knobs.get('breaker.resetTimeoutMs'),
  };
}
