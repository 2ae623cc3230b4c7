import { createBreaker, createUpstream } from '@quickbite/shared/resilience';
import type { Breaker, BreakerSettings, Upstream } from '@quickbite/shared/resilience';
import type { Logger } from '@quickbite/shared/logging';
import type { GatewayKnobs } from '../knobs.js';

/** The services behind the gateway. */
export type UpstreamName =
  'user-service' | 'restaurant-service' | 'order-service' | 'driver-service' | 'notification-service';

/** A service with its connections and the breaker that all calls to it share. */
export interface GuardedUpstream {
  readonly upstream: Upstream;
  readonly breaker: Breaker;
}

/** The services behind the gateway, each behind its own breaker: one that fails does not take the others with it. */
export interface Upstreams {
  get(name: UpstreamName): GuardedUpstream;
  all(): readonly GuardedUpstream[];
  close(): Promise<void>;
}

/** Opens the pools, and keeps the breakers at the settings of the knobs. */
export function openUpstreams(options: {
  readonly urls: Readonly<Record<UpstreamName, string>>;
  readonly knobs: GatewayKnobs;
  readonly logger: Logger;
}): Upstreams {
  const { urls, knobs, logger } = options;

  function open(name: UpstreamName): GuardedUpstream {
    const breaker = createBreaker(name, breakerSettings(knobs), ({ from, to }) =>
      logger.warn('breaker changed state', { upstream: name, from, to }),
    );
    return { upstream: createUpstream(name, urls[name]), breaker };
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
    get: (name) => byName[name],
    all: () => all,
    async close() {
      for (const { breaker } of all) breaker.close();
      await Promise.all(all.map(({ upstream }) => upstream.close()));
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
