import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import type { Patience } from '@quickbite/shared/http';
import { exposeBreakers } from '@quickbite/shared/resilience';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
import { config } from './config.js';
import type { GatewayConfig } from './config.js';
import { createInstanceClient } from './data-access/instance-client.js';
import { createRedisRevocations } from './data-access/redis-revocations.js';
import { sharedLimiters } from './data-access/shared-limiters.js';
import { createAnswerCopies } from './domain/answer-copies.js';
import { createAuthenticate } from './domain/authenticate.js';
import { createChosenLimiter } from './domain/chosen-limiter.js';
import { createDegradingLimiter } from './domain/degrading-limiter.js';
import { createDecisionCounter, createRevocationCounter, exposeUpstreams } from './domain/gateway-metrics.js';
import { localLimiters } from './domain/local-limiters.js';
import type { Algorithm } from './domain/limit-algorithms.js';
import { createSharedReads } from './domain/read-with-copies.js';
import { createSignIdentity } from './domain/sign-identity.js';
import { openUpstreams } from './domain/upstreams.js';
import type { UpstreamName } from './domain/upstreams.js';
import { createFrontDoor } from './entry-points/http/front-door.js';
import { breakersRoute, mountGateway } from './entry-points/http/mount-gateway.js';
import type { ProxyTools } from './entry-points/http/proxy-route.js';
import type { GatewayKnobs } from './knobs.js';
import { createOwnApi } from './own-api.js';

const SERVICE = 'api-gateway';

/** Starts the gateway. It needs nothing but itself to be ready: it must answer, whatever the services behind it do. */
export function start({
  env,
  knobs,
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: GatewayKnobs;
}): Promise<RunningService> {
  return startService(
    { service: SERVICE, config, env, knobs, patience },
    ({ config: settings, logger, metrics, opened }) => {
      const redis = opened(
        connectRedis({
          url: settings.REDIS_URL,
          logger,
          commandTimeoutMs: settings.REDIS_TIMEOUT_MS,
          batches: true,
        }),
        (it) => it.disconnect(),
      );
      const upstreams = opened(
        openUpstreams({
          urls: upstreamUrls(settings),
          connect: (name, url) =>
            createInstanceClient(name, url, {
              takerMs: settings.CLIENT_READ_MS,
              sendsCorrelationId: () => knobs.get('correlation.forward'),
            }),
          knobs,
          logger,
        }),
        (it) => it.close(),
      );
      exposeUpstreams(metrics, upstreams);
      exposeBreakers(metrics, () => upstreams.all().map(({ breaker }) => breaker));
      const authenticate = createAuthenticate({
        secret: settings.JWT_SECRET,
        knobs,
        revocations: createRedisRevocations(redis),
        logger,
        checks: createRevocationCounter(metrics),
      });

      const algorithm = (): Algorithm => knobs.get('rateLimit.algorithm');
      const tools: ProxyTools = {
        upstreams,
        knobs,
        sharedReads: createSharedReads({
          copies: createAnswerCopies({
            maxEntries: () => knobs.get('responseCache.maxEntries'),
            isBounded: () => knobs.get('responseCache.bounded'),
          }),
          knobs,
        }),
        limiter: createDegradingLimiter({
          shared: createChosenLimiter(sharedLimiters(redis), algorithm),
          local: createChosenLimiter(localLimiters(), algorithm),
          isSharedUp: () => knobs.get('rateLimit.store') === 'shared' && redis.status === 'ready',
          logger,
        }),
        decisions: createDecisionCounter(metrics),
        authenticate,
        identitySecret: settings.IDENTITY_SECRET,
        maxUploadBytes: settings.MAX_UPLOAD_BYTES,
        signIdentity: createSignIdentity(settings.IDENTITY_SECRET),
      };
      const own = createOwnApi({ settings, tools, logger, metrics });

      return {
        readiness: [redisReadiness(redis)],
        internal: breakersRoute(upstreams),
        routes: (app) =>
          mountGateway(app, {
            trustedProxies: settings.TRUST_PROXY,
            corsOrigins: settings.CORS_ORIGINS,
            own: (on) => own.mount(on),
          }),
        front: createFrontDoor({
          tools,
          logger,
          metrics,
          trustedProxies: settings.TRUST_PROXY,
          corsOrigins: settings.CORS_ORIGINS,
        }),
        upgrade: (...connection) => own.upgrade(...connection),
        endStreams: () => own.close(),
      };
    },
  );
}

function patience(settings: GatewayConfig): Patience {
  return {
    headersMs: settings.CLIENT_HEAD_MS,
    requestMs: settings.CLIENT_REQUEST_MS,
    keepAliveMs: settings.CLIENT_KEEP_ALIVE_MS,
  };
}

function upstreamUrls(settings: GatewayConfig): Record<UpstreamName, readonly string[]> {
  return {
    'user-service': settings.USER_SERVICE_URL,
    'restaurant-service': settings.RESTAURANT_SERVICE_URL,
    'order-service': settings.ORDER_SERVICE_URL,
    'driver-service': settings.DRIVER_SERVICE_URL,
    'notification-service': settings.NOTIFICATION_SERVICE_URL,
  };
}
