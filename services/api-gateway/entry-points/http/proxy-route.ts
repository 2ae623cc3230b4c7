import type { Request, RequestHandler } from 'express';
import type { Authenticate } from '../../domain/authenticate.js';
import { forwardRequest } from '../../domain/forward-request.js';
import type { ForwardingTools } from '../../domain/forward-request.js';
import { requestHeaders, sendAnswer } from './proxy-headers.js';
import { rateLimit } from './rate-limit.js';
import type { RateLimitTools } from './rate-limit.js';
import { readBody } from './read-body.js';
import { requireAccount, signedIdentityOf } from './require-account.js';
import type { Route } from './routes.js';

/** What the routes work with. */
export interface ProxyTools extends ForwardingTools, RateLimitTools {
  readonly authenticate: Authenticate;
  readonly identitySecret: string;
}

/** The way of a request through the gateway, cheapest check first: rate limit, token, body, upstream. */
export function proxyRoute(route: Route, tools: ProxyTools): readonly RequestHandler[] {
  return [
    rateLimit(route.tier, tools),
    ...(route.access === 'signed-in' ? [requireAccount(tools.authenticate, tools.identitySecret)] : []),
    ...(route.method === 'GET' ? [] : readBody()),
    forward(route, tools),
  ];
}

function forward(route: Route, tools: ForwardingTools): RequestHandler {
  return async function forwardMiddleware(req, res) {
    const body: unknown = req.body;
    const identity = signedIdentityOf(res);
    const answer = await forwardRequest(
      {
        upstream: route.upstream,
        // Not the request's own: HEAD is answered by GET routes.
        method: route.method,
        path: pathWithQuery(req),
        headers: requestHeaders(req.headers),
        lastGood: route.lastGood ?? false,
        ...(Buffer.isBuffer(body) && { body }),
        ...(identity !== undefined && { identity }),
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
