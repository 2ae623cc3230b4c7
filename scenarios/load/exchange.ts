import { Agent } from 'undici';

/** What a request was answered; without a status when there was no answer. */
export interface Answer {
  readonly status: number | undefined;
  /** Names in lower case; of a header that came several times the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where nobody asked for the body. */
  readonly text: string;
  /** Why there was no answer. */
  readonly error: string | undefined;
}

/** What `exchange` sends. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Options of `exchange`. */
export interface ExchangeOptions {
  readonly agent: Agent;
  /** Addresses that are tried in this order: the next one when a connection is refused, as a load balancer does. */
  readonly targets: readonly string[];
  readonly timeoutMs: number;
  /** Otherwise the body is thrown away as it comes. */
  readonly keepText: boolean;
}

/** Connections without a limit: customers do not wait for each other. */
export function unlimitedAgent(timeoutMs: number): Agent {
  return new Agent({
    connections: null,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
}

/** Sends one request and waits for the end of its answer. Never throws: no answer is an outcome as well. */
export async function exchange(request: Exchange, options: ExchangeOptions): Promise<Answer> {
  const { agent, targets, timeoutMs, keepText } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  let failure: Answer = { status: undefined, headers: {}, text: '', error: 'there is no address to send it to' };
  for (const origin of targets) {
    try {
      const { method, path, headers, body } = request;
      const answer = await agent.request({
        origin,
        method,
        path,
        headers,
        signal,
        ...(body === undefined ? {} : { body }),
      });
      const text = keepText ? await answer.body.text() : '';
      if (!keepText) await answer.body.dump();
      return { status: answer.statusCode, headers: firstOfEach(answer.headers), text, error: undefined };
    } catch (error) {
      failure = { ...failure, error: error instanceof Error ? error.message || error.name : String(error) };
      const refused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
      if (!refused) return failure;
    }
  }
  return failure;
}

function firstOfEach(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name, first]];
    }),
  );
}
