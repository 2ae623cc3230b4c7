import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from '../../domain/authenticate.js';
import { forwardRequest } from '../../domain/forward-request.js';
import type { ForwardingTools } from '../../domain/forward-request.js';
import type { SignIdentity } from '../../domain/sign-identity.js';
import { requestHeaders, sendAnswer } from './proxy-headers.js';
import { takePlace } from './rate-limit.js';
import type { RateLimitTools } from './rate-limit.js';
import { takeBody } from './read-body.js';
import type { RequestBody } from './read-body.js';
import type { Route } from './routes.js';

/** What the routes work with. */
export interface ProxyTools extends ForwardingTools, RateLimitTools {
  readonly authenticate: Authenticate;
  readonly identitySecret: string;
  readonly signIdentity: SignIdentity;
  /** Bytes that a body which is passed through may have. */
  readonly maxUploadBytes: number;
}

/** A request whose route is known. */
export interface RoutedRequest {
  readonly route: Route;
  /** With query, without the host that an absolute-form request line carries. */
  readonly path: string;
  readonly ip: string | undefined;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** The way of a request through the gateway, cheapest check first: rate limit, token, body, upstream. */
export async function proxy({ route, path, ip, req, res }: RoutedRequest, tools: ProxyTools): Promise<void> {
  await takePlace(route.tier, ip, res, tools);
  const caller = route.access === 'signed-in' ? await tools.authenticate(req.headers.authorization) : undefined;
  const { body, upload } = route.method === 'GET' ? noBody : await takeBody(req, tools.maxUploadBytes);
  try {
    const answer = await forwardRequest(
      {
        upstream: route.upstream,
        // Not the request's own: HEAD is answered by GET routes.
        method: route.method,
        path,
        headers: requestHeaders(req.headers, upload !== undefined),
        lastGood: route.lastGood ?? false,
        streams: true,
        ...(body && { body }),
        ...(upload && { upload }),
        ...(caller && { identity: tools.signIdentity(caller) }),
      },
      tools,
    );
    sendAnswer(res, answer);
    // A service may answer before it has read everything. While its own answer flows, it may still be reading.
    if (!answer.rest) upload?.destroy();
  } catch (error) {
    upload?.destroy();
    throw error;
  }
}

const noBody: RequestBody = {};
