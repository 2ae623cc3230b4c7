import type { Request, RequestHandler } from 'express';
import { signIdentity } from '@quickbite/shared/identity';
import { verifyAccessToken } from '../../domain/access-token.js';
import { forwardRequest } from '../../domain/forward-request.js';
import type { ForwardingTools } from '../../domain/forward-request.js';
import { requestHeaders, sendAnswer } from './proxy-headers.js';
import { rateLimit } from './rate-limit.js';
import type { RateLimitTools } from './rate-limit.js';
import { readBody } from './read-body.js';
import type { Route } from './routes.js';

/** What the routes work with. */
export interface ProxyTools extends ForwardingTools, RateLimitTools {
  readonly secrets: { readonly jwt: string; readonly identity: string };
}

/** The way of a request through the gateway, cheapest check first: rate limit, token, body, upstream. */
export function proxyRoute(route: Route, tools: ProxyTools): readonly RequestHandler[] {
  return [
    rateLimit(route.tier, tools),
    ...(route.access === 'signed-in' ? [authenticate(tools.secrets)] : []),
    ...(route.method === 'GET' ? [] : readBody()),
    forward(route, tools),
  ];
}

/** Turns the client's access token into the signed identity that services believe. */
function authenticate(secrets: ProxyTools['secrets']): RequestHandler {
  return function authenticateMiddleware(req, res, next) {
    const identity = verifyAccessToken(req.headers.authorization, secrets.jwt);
    res.locals['identity'] = signIdentity(identity, secrets.identity);
    next();
  };
}

function forward(route: Route, tools: ForwardingTools): RequestHandler {
  return async function forwardMiddleware(req, res) {
    const body: unknown = req.body;
    const identity: unknown = res.locals['identity'];
    const answer = await forwardRequest(
      {
        upstream: route.upstream,
        // Not the request's own: HEAD is answered by GET routes.
        method: route.method,
        path: pathWithQuery(req),
        headers: requestHeaders(req.headers),
        lastGood: route.lastGood ?? false,
        ...(Buffer.isBuffer(body) && { body }),
        ...(typeof identity === 'string' && { identity }),
      },
      tools,
    );
    sendAnswer(res, answer);
  };
}

/** As the client sent it, without the host that an absolute-form request line carries. */
function pathWithQuery(req: Request): string {
  const query = req.originalUrl.indexOf('?');
  return query === -1 ? req.path : req.path + req.originalUrl.slice(query);
}
