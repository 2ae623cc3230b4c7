import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from '../../domain/answer.js';

/**
 * What of a client's request goes on. A list of what may pass, not of what may not: a forged identity, a lab key, a token
 * and the headers of the connection stay here without being named.
 */
const PASSED_TO_UPSTREAM = ['accept', 'accept-language', 'content-type', 'idempotency-key', 'if-none-match'];

/** What goes on as well with a body that is passed on as it comes. */
const PASSED_WITH_UPLOAD = ['content-length', 'content-encoding'];

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
  'cache-status',
];

/** The headers of a client's request that an upstream may see. */
export function requestHeaders(headers: IncomingHttpHeaders, isUpload: boolean): Record<string, string> {
  const passed: Record<string, string> = {};
  pass(PASSED_TO_UPSTREAM, headers, passed);
  if (isUpload) pass(PASSED_WITH_UPLOAD, headers, passed);
  return passed;
}

function pass(names: readonly string[], headers: IncomingHttpHeaders, passed: Record<string, string>): void {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
}

/** Answers with what an upstream answered. */
export function sendAnswer(res: ServerResponse, { status, headers, body, rest }: Answer): void {
  res.statusCode = status;
  for (const name of PASSED_TO_CLIENT) {
    const value = headers[name];
    if (typeof value === 'string') res.setHeader(name, value);
  }
  if (rest) {
    const length = headers['content-length'];
    if (typeof length === 'string') res.setHeader('content-length', length);
    res.write(body);
    rest.pipeTo(res);
    return;
  }
  const hasBody = status !== 204 && status !== 304;
  if (hasBody) res.setHeader('content-length', body.length);
  res.end(hasBody ? body : undefined);
}
