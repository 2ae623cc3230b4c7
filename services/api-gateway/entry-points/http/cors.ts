import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';

/** A browser may remember a preflight for this many seconds. */
const PREFLIGHT_AGE_S = 600;

/** Lets pages of the given origins call the API and read its headers. Tokens travel in a header, so no credentials mode. */
export function createAllowOrigin(origins: readonly string[]): (req: IncomingMessage, res: ServerResponse) => boolean {
  const allowed = new Set(origins);
  return function allowOrigin(req, res) {
    if (allowed.size === 0) return false;
    res.setHeader('vary', 'Origin');
    const { origin } = req.headers;
    if (origin === undefined || !allowed.has(origin)) return false;
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader(
      'access-control-expose-headers',
      'x-correlation-id, x-cache, x-fallback, age, cache-status, etag, location, ratelimit, ratelimit-policy, retry-after',
    );
    return true;
  };
}

/** The same for what Express serves, and the answer to preflights. */
export function cors(origins: readonly string[]): RequestHandler {
  const allowOrigin = createAllowOrigin(origins);
  return function corsMiddleware(req, res, next) {
    if (!allowOrigin(req, res) || req.method !== 'OPTIONS') {
      next();
      return;
    }
    res.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE');
    res.setHeader(
      'access-control-allow-headers',
      'authorization, content-type, idempotency-key, last-event-id, x-correlation-id',
    );
    res.setHeader('access-control-max-age', PREFLIGHT_AGE_S);
    res.status(204).end();
  };
}
