import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { AppError } from '../errors/index.js';
import { IDENTITY_HEADER } from '../identity/index.js';
import { currentContext } from '../logging/index.js';
import type { RequestContext } from '../logging/index.js';
import { endClientSpan, failSpan, startClientSpan } from '../tracing/index.js';

/** A call to another service. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Signed identity to pass on. */
  readonly identity?: string | undefined;
  /** ms for the whole call, connection to last byte; less when the request that it belongs to has less time left. */
  readonly timeoutMs: number;
}

/** Its answer, whatever the status: a 404 is an answer, not a failure. */
export interface UpstreamResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** One service that this one calls, with its pool of kept-alive connections. */
export interface Upstream {
  readonly name: string;
  /**
   * @throws AppError `upstream-timeout` when the answer is not complete in time, `upstream-unreachable` when the connection
   * fails or breaks, `deadline-exceeded` without a call when nobody waits for the request that it belongs to any more
   */
  request(request: UpstreamRequest): Promise<UpstreamResponse>;
  close(): Promise<void>;
}

/** Opens a pool to a service. Connections are made when they are needed, one a concurrent request. */
export function createUpstream(name: string, url: string): Upstream {
  const address = new URL(url);
  const pool = new Pool(url, { pipelining: 1, keepAliveTimeout: 4000, headersTimeout: 0, bodyTimeout: 0 });
  return {
    name,
    async request(request) {
      // undici's own timeouts tick in steps of about half a second; an abort signal is exact and also covers the connect.
      const context = currentContext();
      const timeoutMs = timeLeft(request.timeoutMs, context?.deadline);
      const signal = AbortSignal.timeout(timeoutMs);
      const { method, path } = request;
      const span = startClientSpan({ upstream: name, url: address, method, path, parent: context?.traceparent });
      try {
        const response = await pool.request({
          method,
          path,
          headers: outgoingHeaders(request, timeoutMs, { ...context, ...(span && { traceparent: span.traceparent }) }),
          signal,
          ...(request.body !== undefined && { body: request.body }),
        });
        const body = Buffer.from(await response.body.arrayBuffer());
        if (span) endClientSpan(span, response.statusCode);
        return { status: response.statusCode, headers: definedHeaders(response), body };
      } catch (cause) {
        if (span) failSpan(span, cause);
        if (signal.aborted)
          throw new AppError('upstream-timeout', `${name} did not answer within ${timeoutMs} ms. Try again later.`, {
            cause,
          });
        throw new AppError('upstream-unreachable', `${name} could not be reached. Try again later.`, { cause });
      }
    },
    close: () => pool.destroy(),
  };
}

function outgoingHeaders(
  request: UpstreamRequest,
  timeoutMs: number,
  { correlationId, traceparent }: Partial<RequestContext>,
): Record<string, string> {
  return {
    ...request.headers,
    'x-request-deadline': String(Date.now() + timeoutMs),
    ...(correlationId !== undefined && { 'x-correlation-id': correlationId }),
    ...(traceparent !== undefined && { traceparent }),
    ...(request.identity !== undefined && { [IDENTITY_HEADER]: request.identity }),
  };
}

/** What the caller gives, or what is left of the request that the call belongs to. */
function timeLeft(wantedMs: number, deadline: number | undefined): number {
  if (deadline === undefined) return wantedMs;
  const leftMs = deadline - Date.now();
  if (leftMs <= 0)
    throw new AppError('deadline-exceeded', 'The time for this request is over. Send it again if it still matters.');
  return Math.min(wantedMs, leftMs);
}

function definedHeaders(response: Dispatcher.ResponseData): Record<string, string | readonly string[]> {
  const defined = Object.entries(response.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(defined);
}
