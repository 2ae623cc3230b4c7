import { z } from 'zod';
import { UnexpectedAnswer } from './api-client.js';
import type { Person } from './cast.js';
import { exchange } from './exchange.js';
import type { Answer, ExchangeOptions } from './exchange.js';
import { sampleOf } from './open-model.js';
import type { Sample } from './samples.js';

/** A request of a story, as data. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  /** The status that is the right answer, for the sample. Default 200. */
  readonly expects?: number;
  /** A word about the answer that its sample keeps. */
  readonly mark?: (answer: Answer) => string | undefined;
}

type Options = Omit<ApiRequest, 'method' | 'path' | 'body'>;

/** The answer to a request of a story. */
export interface StoryAnswer extends Answer {
  /** From sending to the last byte. */
  readonly ms: number;
  /** Itself, when it has one of these statuses. @throws UnexpectedAnswer otherwise, which makes the run inconclusive */
  expect(...statuses: readonly number[]): StoryAnswer;
  /** The body. @throws UnexpectedAnswer when it is not what was expected */
  read<T>(schema: z.ZodType<T>): T;
}

/** One client: a person, or nobody. No status throws: a story judges the answers itself. */
export interface Api {
  send(request: ApiRequest): Promise<StoryAnswer>;
  get(path: string, options?: Options): Promise<StoryAnswer>;
  post(path: string, body?: unknown, options?: Options): Promise<StoryAnswer>;
  put(path: string, body?: unknown, options?: Options): Promise<StoryAnswer>;
  patch(path: string, body?: unknown, options?: Options): Promise<StoryAnswer>;
  delete(path: string, options?: Options): Promise<StoryAnswer>;
}

/** Options of `createApi`. */
export interface ApiContext extends Omit<ExchangeOptions, 'keepText'> {
  /** Undefined for somebody who is not signed in. */
  readonly who: Pick<Person, 'token'> | undefined;
  /** The client's address. */
  readonly from: () => string;
  readonly now: () => number;
  /** Given each sample, where samples are wanted. */
  readonly keep?: { readonly tag: string; readonly sample: (sample: Sample) => void };
  readonly signal: AbortSignal;
}

/** Makes a client. */
export function createApi(context: ApiContext): Api {
  const send = async (request: ApiRequest): Promise<StoryAnswer> => {
    context.signal.throwIfAborted();
    const { method = 'GET', path, body, headers, idempotencyKey, expects = 200, mark } = request;
    const { who, from, now, keep, agent, targets, timeoutMs } = context;
    const sentAt = now();
    const answer = await exchange(
      {
        method,
        path,
        headers: {
          'x-forwarded-for': from(),
          ...(who ? { authorization: `Bearer ${who.token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      { agent, targets, timeoutMs, keepText: true },
    );
    const doneAt = now();
    const times = { intendedAt: sentAt, sentAt, doneAt };
    keep?.sample(sampleOf({ expects, tag: keep.tag, ...(mark ? { mark } : {}) }, answer, times));
    context.signal.throwIfAborted();
    return storyAnswer(`${method} ${path}`, answer, doneAt - sentAt);
  };
  return {
    send,
    get: (path, options) => send({ ...options, path }),
    post: (path, body, options) => send({ ...options, method: 'POST', path, body }),
    put: (path, body, options) => send({ ...options, method: 'PUT', path, body }),
    patch: (path, body, options) => send({ ...options, method: 'PATCH', path, body }),
    delete: (path, options) => send({ ...options, method: 'DELETE', path }),
  };
}

function storyAnswer(name: string, answer: Answer, ms: number): StoryAnswer {
  const made: StoryAnswer = {
    ...answer,
    ms,
    expect(...statuses) {
      if (answer.status !== undefined && statuses.includes(answer.status)) return made;
      const got = answer.status === undefined ? `got no answer (${answer.error ?? ''})` : `answered ${answer.status}`;
      throw new UnexpectedAnswer(`${name} ${got}, expected ${statuses.join(' or ')}: ${answer.text.slice(0, 300)}`);
    },
    read(schema) {
      const parsed = schema.safeParse(jsonOf(answer.text));
      if (parsed.success) return parsed.data;
      throw new UnexpectedAnswer(
        `${name} answered ${String(answer.status)} with something unexpected: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
      );
    },
  };
  return made;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
