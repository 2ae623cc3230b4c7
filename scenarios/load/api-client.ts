import { z } from 'zod';

/** An answer that was not the expected one, in a sentence. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** One call of a virtual person. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Address of the person, for `X-Forwarded-For`. */
  readonly from: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** The status that is the right answer. */
  readonly expects: number;
}

const TIMEOUT_MS = 10_000;

/** Calls the gateway as a person's app would, and parses the answer. */
export async function callApi<T>(
  baseUrl: string,
  call: ApiCall,
  schema: z.ZodType<T>,
  signal?: AbortSignal,
): Promise<T> {
  const name = `${call.method} ${call.path}`;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const { status, text } = await send(baseUrl, call, signal ? AbortSignal.any([signal, timeout]) : timeout).catch(
    (cause: unknown) => {
      signal?.throwIfAborted();
      throw new UnexpectedAnswer(`${name} got no answer (${reasonOf(cause)}).`, { cause });
    },
  );
  if (status !== call.expects) {
    throw new UnexpectedAnswer(
      `${name} answered ${String(status)}, expected ${String(call.expects)}: ${text.slice(0, 300)}`,
    );
  }
  const parsed = schema.safeParse(text === '' ? undefined : JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new UnexpectedAnswer(
    `${name} answered something unexpected: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
  );
}

async function send(baseUrl: string, call: ApiCall, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${baseUrl}${call.path}`, {
    method: call.method,
    signal,
    headers: {
      'x-forwarded-for': call.from,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
      ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
}
