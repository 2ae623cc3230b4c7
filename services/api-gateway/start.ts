import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { loadConfig } from '@quickbite/shared/config';
import { startHttpServer } from '@quickbite/shared/http';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { exposeBreakers } from '@quickbite/shared/resilience';
import type { RunningService } from '@quickbite/shared/service';
import { config } from './config.js';
import type { GatewayConfig } from './config.js';
import { createInstanceClient } from './data-access/instance-client.js';
import { createRedisRevocations } from './data-access/redis-revocations.js';
import { createRedisSlidingWindow } from './data-access/redis-sliding-window.js';
import { createAnswerCopies } from './domain/answer-copies.js';
import { createAuthenticate } from './domain/authenticate.js';
import { createDegradingSlidingWindow } from './domain/degrading-sliding-window.js';
import { createDecisionCounter, createRevocationCounter, exposeUpstreams } from './domain/gateway-metrics.js';
import { createLocalSlidingWindow } from './domain/local-sliding-window.js';
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
/** ms that running requests have to end when the gateway stops. */
const DRAIN_GRACE_MS = 10_000;

/** Starts the gateway. It needs nothing but itself to be ready: it must answer, whatever the services behind it do. */
export async function start({
  env,
  knobs,
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: GatewayKnobs;
}): Promise<RunningService> {
  const settings = loadConfig(config, env);
  const logger = createLogger({ service: SERVICE, level: settings.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);
  const redis = connectRedis({
    url: settings.REDIS_URL,
    logger,
    commandTimeoutMs: settings.REDIS_TIMEOUT_MS,
    batches: true,
  });
  const upstreams = openUpstreams({ urls: upstreamUrls(settings), connect: createInstanceClient, knobs, logger });
  exposeUpstreams(metrics, upstreams);
  exposeBreakers(metrics, () => upstreams.all().map(({ breaker }) => breaker));
  const authenticate = createAuthenticate({
    secret: settings.JWT_SECRET,
    knobs,
    revocations: createRedisRevocations(redis),
    logger,
    checks: createRevocationCounter(metrics),
  });

  const tools: ProxyTools = {
    upstreams,
    knobs,
    sharedReads: createSharedReads({ copies: createAnswerCopies(), knobs }),
    window: createDegradingSlidingWindow({
      shared: createRedisSlidingWindow(redis),
      local: createLocalSlidingWindow(),
      isSharedUp: () => redis.status === 'ready',
      logger,
    }),
    decisions: createDecisionCounter(metrics),
    authenticate,
    identitySecret: settings.IDENTITY_SECRET,
    signIdentity: createSignIdentity(settings.IDENTITY_SECRET),
  };
  const own = createOwnApi({ settings, tools, logger, metrics });

  const server = await startHttpServer({
    service: SERVICE,
    host: settings.HOST,
    port: settings.PORT,
    logger,
    metrics,
    knobs,
    labKey: settings.QUICKBITE_LAB_KEY,
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
  });

  return {
    port: server.port,
    async close() {
      await own.close();
      await server.close({ graceMs: DRAIN_GRACE_MS });
      await upstreams.close();
      redis.disconnect();
    },
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
