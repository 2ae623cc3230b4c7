import type { IncomingMessage, ServerResponse } from 'node:http';
import proxyAddress from 'proxy-addr';
import { incomingContext, withRequestContext } from '@quickbite/shared/logging';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import { answerFailure, createAnswerRecorder } from '@quickbite/shared/middleware';
import { endServerSpan, startServerSpan } from '@quickbite/shared/tracing';
import { createAllowOrigin } from './cors.js';
import { proxy } from './proxy-route.js';
import type { ProxyTools } from './proxy-route.js';
import { createRouteMatcher } from './route-matcher.js';
import { routes } from './routes.js';
import { securityHeaders } from './security-headers.js';

/**
 * What each request meets first, in plain node:http: it serves the routes to services, which are nearly all requests, and leaves
 * the rest to Express. Express alone costs more than everything that the gateway does to a request.
 * @returns answers a request and returns true, or leaves it alone and returns false
 */
export function createFrontDoor(options: {
  readonly tools: ProxyTools;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly trustedProxies: readonly string[];
  readonly corsOrigins: readonly string[];
}): (req: IncomingMessage, res: ServerResponse) => boolean {
  const { tools, logger, metrics, trustedProxies, corsOrigins } = options;
  const match = createRouteMatcher(routes);
  const record = createAnswerRecorder({ logger, metrics });
  const allowOrigin = createAllowOrigin(corsOrigins);
  const isTrusted = proxyAddress.compile([...trustedProxies]);
  const fixedHeaders = securityHeaders();

  return function frontDoor(req, res) {
    const started = performance.now();
    const { method = '' } = req;
    const path = withoutHost(req.url ?? '/');
    const [pathname = path] = path.split('?', 1);
    const route = match(method, pathname);
    if (!route) return false;

    const { traceparent } = req.headers;
    const context = incomingContext({ correlationId: req.headers['x-correlation-id'], traceparent });
    const { correlationId } = context;
    const span = startServerSpan({ method, path: pathname, traceparent, correlationId });
    res.once('close', () => {
      const status = res.writableFinished ? res.statusCode : 499;
      record({ method, path: pathname, route: route.path, status, ms: performance.now() - started, correlationId });
      if (span) endServerSpan(span, { method, route: route.path, status });
    });
    res.setHeader('x-correlation-id', correlationId);
    for (const [name, value] of fixedHeaders) res.setHeader(name, value);
    allowOrigin(req, res);

    withRequestContext(span ? { ...context, traceparent: span.traceparent } : context, () => {
      proxy({ route, path, ip: proxyAddress(req, isTrusted), req, res }, tools).catch((error: unknown) =>
        fail(error, res, logger),
      );
    });
    return true;
  };
}

function fail(error: unknown, res: ServerResponse, logger: Logger): void {
  if (res.headersSent) res.destroy();
  else if (!res.closed) answerFailure(error, res, logger);
}

/** The path of a request line, which may be a whole URL when the client takes us for a proxy. */
function withoutHost(url: string): string {
  if (url.startsWith('/')) return url;
  const absolute = /^[a-z][a-z\d+.-]*:\/\/[^/?]*(.*)$/i.exec(url)?.[1];
  if (absolute === undefined) return url;
  return absolute.startsWith('/') ? absolute : `/${absolute}`;
}
