import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { AppError } from '@quickbite/shared/errors';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import type { GatewayConfig } from './config.js';
import { createRedisTrackingChannel } from './data-access/redis-tracking-channel.js';
import { createAggregateHealth } from './domain/aggregate-health.js';
import { createServiceDocuments } from './domain/api-document/read-service-documents.js';
import { createAsk } from './domain/ask-upstream.js';
import { createTrackingMetrics } from './domain/gateway-metrics.js';
import { allowanceOf } from './domain/rate-limits.js';
import { createTracking } from './domain/tracking/tracking.js';
import { mountApiDocument } from './entry-points/http/api-document-route.js';
import { mountDocsPage } from './entry-points/http/docs-page.js';
import { healthEndpoint } from './entry-points/http/health-endpoint.js';
import { orderDetailsEndpoint } from './entry-points/http/order-details-endpoint.js';
import { mountOwnEndpoints } from './entry-points/http/own-endpoints.js';
import type { ProxyTools } from './entry-points/http/proxy-route.js';
import { routes } from './entry-points/http/routes.js';
import { trackEndpoint } from './entry-points/http/track-endpoint.js';
import { createTrackingSockets } from './entry-points/socket/tracking-sockets.js';
import type { TrackingSockets } from './entry-points/socket/tracking-sockets.js';

/** What the gateway answers itself: health, details, live tracking, and the documentation of the whole API. */
export interface OwnApi {
  mount(app: Express): void;
  readonly upgrade: TrackingSockets['upgrade'];
  /** Ends what is live. Comes before the server is drained: a stream would never end by itself. */
  close(): Promise<void>;
}

/** Wires it. Nothing of it connects or loads anything before somebody asks for it. */
export function createOwnApi(options: {
  readonly settings: GatewayConfig;
  readonly tools: ProxyTools;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): OwnApi {
  const { settings, tools, logger, metrics } = options;
  const { upstreams, knobs, authenticate, identitySecret } = tools;
  const ask = createAsk(tools);
  const tracking = createTracking({
    ask,
    authenticate,
    identitySecret,
    knobs,
    channel: createRedisTrackingChannel({ url: settings.REDIS_URL, logger }),
    ...createTrackingMetrics(metrics),
  });
  const sockets = createTrackingSockets({ tracking, authenticate, limit: limitReads(tools), logger });
  const endpoints = [
    healthEndpoint(createAggregateHealth(upstreams)),
    orderDetailsEndpoint({ ask, knobs }),
    trackEndpoint(tracking),
  ];
  const documents = createServiceDocuments({
    upstreams,
    names: [...new Set(routes.map(({ upstream }) => upstream))],
    logger,
  });

  return {
    mount(app) {
      mountOwnEndpoints(app, endpoints, { ...tools, validateAnswers: settings.QUICKBITE_VALIDATE_ANSWERS });
      mountApiDocument(app, { own: endpoints, documents });
      mountDocsPage(app);
    },
    upgrade: (req, socket, head) => sockets.upgrade(req, socket, head),
    async close() {
      tracking.close();
      await sockets.close();
    },
  };
}

/** A message on a socket is no HTTP request, and counts all the same: per account, because that is known here. */
function limitReads({ limiter, knobs }: ProxyTools): (userId: string) => Promise<void> {
  return async function limit(userId) {
    if (!knobs.get('rateLimit.enabled')) return;
    const key = `general:account:${userId}`;
    const verdict = await limiter.take({ ...allowanceOf('general', knobs), key, id: randomUUID(), held: false });
    if (verdict.outcome === 'admitted') return;
    const seconds = String(Math.max(1, Math.ceil(verdict.resetMs / 1000)));
    throw new AppError('too-many-requests', `The account has made too many requests. Try again in ${seconds} s.`, {
      headers: { 'retry-after': seconds },
    });
  };
}
