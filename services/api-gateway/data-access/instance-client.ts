import { Pool } from 'undici';
import { AppError } from '@quickbite/shared/errors';
import { IDENTITY_HEADER } from '@quickbite/shared/identity';
import { currentContext } from '@quickbite/shared/logging';
import type { RequestContext } from '@quickbite/shared/logging';
import { endClientSpan, failSpan, startClientSpan } from '@quickbite/shared/tracing';
import type { Answer, Attempt, InstanceClient } from '../domain/answer.js';
import { BrokenUpload, stalledUpload } from '../domain/upload.js';
import { AnswerReader } from './answer-reader.js';

/** ms that a connection may take to be made. The time that a call has in all bounds it as well. */
const CONNECT_TIMEOUT_MS = 3000;

/**
 * Opens a pool to one instance of a service: kept-alive connections, one a concurrent request. It dispatches to undici directly:
 * that costs half of `request()`, whose streams and abort signals the small answers of an API do not need.
 */
export function createInstanceClient(
  name: string,
  url: string,
  options: {
    /** ms that the taker of a large answer has to make room for more of it. */
    readonly takerMs: number;
    readonly sendsCorrelationId: () => boolean;
  },
): InstanceClient {
  const { takerMs, sendsCorrelationId } = options;
  const address = new URL(url);
  const pool = new Pool(address.origin, {
    pipelining: 1,
    keepAliveTimeout: 4000,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // Timers of our own are exact; those of undici tick about twice a second.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async send(attempt) {
      const context = currentContext();
      const { method, path } = attempt;
      const span = startClientSpan({ upstream: name, url: address, method, path, parent: context?.traceparent });
      try {
        const answer = await dispatch(
          pool,
          attempt,
          outgoingHeaders(attempt, context, span?.traceparent, sendsCorrelationId()),
        );
        if (span) endClientSpan(span, answer.status);
        return answer;
      } catch (cause) {
        if (span) failSpan(span, cause);
        if (cause instanceof AppError || cause instanceof BrokenUpload) throw cause;
        throw new AppError('upstream-unreachable', `${name} could not be reached. Try again later.`, { cause });
      }
    },
    close: () => pool.destroy(),
  };

  function dispatch(target: Pool, attempt: Attempt, headers: string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { method, path, body = null, upload, timeoutMs, streams = false } = attempt;
      const late = (): Error =>
        upload?.waitsForClient
          ? stalledUpload(timeoutMs)
          : new AppError('upstream-timeout', `${name} did not answer within ${timeoutMs} ms. Try again later.`);
      const reader = new AnswerReader({ timeoutMs, late, streams, takerMs, resolve, reject });
      if (upload) upload.onProgress = () => reader.waitOn();
      target.dispatch({ method, path, headers, body: upload ?? body }, reader);
    });
  }
}

/** Names and values in turn, as undici takes them fastest. */
function outgoingHeaders(
  { headers, identity, timeoutMs, upload }: Attempt,
  context: RequestContext | undefined,
  spanContext: string | undefined,
  sendsCorrelationId: boolean,
): string[] {
  const flat: string[] = [];
  for (const name in headers) flat.push(name, headers[name] ?? '');
  if (context) flat.push('traceparent', spanContext ?? context.traceparent);
  if (context && sendsCorrelationId) flat.push('x-correlation-id', context.correlationId);
  if (identity !== undefined) flat.push(IDENTITY_HEADER, identity);
  // Nobody knows how long an upload takes.
  if (!upload) flat.push('x-request-deadline', String(Date.now() + timeoutMs));
  return flat;
}
