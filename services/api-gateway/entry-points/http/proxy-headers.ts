import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { UpstreamResponse } from '@quickbite/shared/resilience';

/**
 * What of a client's request goes on. A list of what may pass, not of what may not: a forged identity, a lab key, a token
 * and the headers of the connection stay here without being named.
 */
const PASSED_TO_UPSTREAM = ['accept', 'accept-language', 'content-type', 'idempotency-key', 'if-none-match'];

/** What of an upstream's answer goes back. */
const PASSED_TO_CLIENT = [
  'content-type',
  'cache-control',
  'etag',
  'location',
  'retry-after',
  'x-cache',
  'x-fallback',
  'age',
];

/** The headers of a client's request that an upstream may see. */
export function requestHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    PASSED_TO_UPSTREAM.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** Answers with what an upstream answered. */
export function sendAnswer(res: ServerResponse, { status, headers, body }: UpstreamResponse): void {
  res.statusCode = status;
  for (const name of PASSED_TO_CLIENT) {
    const value = headers[name];
    if (typeof value === 'string') res.setHeader(name, value);
  }
  const hasBody = status !== 204 && status !== 304;
  if (hasBody) res.setHeader('content-length', body.length);
  res.end(hasBody ? body : undefined);
}
