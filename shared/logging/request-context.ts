import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { randomHex } from './random-hex.js';

/** What belongs to one request or one message, wherever its code runs. */
export interface RequestContext {
  readonly correlationId: string;
  /** W3C trace context of the current span, e.g. `00-<trace id>-<span id>-01`. */
  readonly traceparent: string;
  /** Until when somebody waits for the answer, ms since 1970. Undefined: nobody said. */
  readonly deadline?: number;
}

const storage = new AsyncLocalStorage<RequestContext>();
/** Milliseconds since 1970, until the year 2286. */
const DEADLINE = /^\d{13}$/;
const CORRELATION_ID = /^[A-Za-z0-9-]{8,64}$/;
/** Ids of nothing but zeros are invalid, says W3C Trace Context. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Runs `work` with a context that logs, outgoing calls and events pick up by themselves. */
export function withRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the running request or message; undefined outside of one. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

/**
 * Runs what goes on after a request has been answered: it belongs to the request, for logs and traces, but nobody waits for it, and the
 * request's deadline is none of its business.
 */
export function withoutDeadline<T>(work: () => T): T {
  const context = storage.getStore();
  if (context?.deadline === undefined) return work();
  const { deadline: _nobodyWaits, ...rest } = context;
  return storage.run(rest, work);
}

/** Reads a `traceparent` header; undefined unless it is a valid one of version 00. */
export function parseTraceparent(
  value: unknown,
): { readonly traceId: string; readonly spanId: string; readonly flags: number } | undefined {
  const [, traceId, spanId, flags] = (typeof value === 'string' && TRACEPARENT.exec(value)) || [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/**
 * The context of an incoming request or message: a well-formed correlation id and trace are taken over, anything else is
 * replaced, so that a client cannot write into our logs.
 */
export function incomingContext(headers: {
  correlationId?: unknown;
  traceparent?: unknown;
  /** Left out where clients may not say it. */
  deadline?: unknown;
}): RequestContext {
  const { correlationId, traceparent, deadline } = headers;
  const parent = parseTraceparent(traceparent);
  const traceId = parent?.traceId ?? randomHex(16);
  const flags = (parent?.flags ?? 1).toString(16).padStart(2, '0');
  return {
    correlationId:
      typeof correlationId === 'string' && CORRELATION_ID.test(correlationId) ? correlationId : randomUUID(),
    traceparent: `00-${traceId}-${randomHex(8)}-${flags}`,
    ...(typeof deadline === 'string' && DEADLINE.test(deadline) && { deadline: Number(deadline) }),
  };
}
