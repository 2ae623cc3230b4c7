import { performance } from 'node:perf_hooks';
import { Agent } from 'undici';
import type { Sample } from './samples.js';
import type { PlannedRequest } from './traffic.js';

/** Options of `startOpenModel`. */
export interface OpenModelOptions {
  readonly baseUrl: string;
  readonly plan: Iterator<PlannedRequest>;
  /** A request without an answer after so many ms is given up. Longer than any timeout of the target's own. */
  readonly timeoutMs: number;
}

/** Load that is running. */
export interface RunningLoad {
  /** ms since the epoch. */
  readonly startedAt: number;
  /** Those that are done so far, in the order in which they ended. */
  readonly samples: readonly Sample[];
  /** Requests sent and not yet answered. */
  readonly waiting: number;
  /** Sends nothing more, and returns when the last one is answered or given up; `abandon` gives them up at once. */
  stop(how: 'drain' | 'abandon'): Promise<void>;
}

/**
 * Sends each request at its planned time whether or not earlier ones were answered (the open model: customers do not
 * wait for each other), over as many connections as it takes.
 */
export function startOpenModel(options: OpenModelOptions): RunningLoad {
  const { baseUrl, plan, timeoutMs } = options;
  const agent = new Agent({
    connections: null,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
  // One reading of the wall clock; everything else from the monotonic one, which does not jump.
  const epoch = Date.now() - performance.now();
  const now = (): number => epoch + performance.now();
  const startedAt = now();
  const samples: Sample[] = [];
  const inFlight = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let next = plan.next();

  const send = async (request: PlannedRequest): Promise<void> => {
    const times = { intendedAt: startedAt + request.offsetMs, sentAt: now() };
    const outcome = await exchange(agent, baseUrl, request, timeoutMs);
    samples.push({ ...times, doneAt: now(), expected: request.expects, ...outcome });
  };

  const turn = (): void => {
    while (!next.done && startedAt + next.value.offsetMs <= now()) {
      const sending = send(next.value).finally(() => inFlight.delete(sending));
      inFlight.add(sending);
      next = plan.next();
    }
    if (!next.done) timer = setTimeout(turn, Math.max(0, startedAt + next.value.offsetMs - now()));
  };
  turn();

  return {
    startedAt,
    samples,
    get waiting() {
      return inFlight.size;
    },
    async stop(how) {
      clearTimeout(timer);
      if (how === 'abandon') await agent.destroy();
      await Promise.all(inFlight);
      await agent.destroy();
    },
  };
}

type Outcome = Pick<Sample, 'status' | 'fallback' | 'error'>;

async function exchange(agent: Agent, origin: string, request: PlannedRequest, timeoutMs: number): Promise<Outcome> {
  try {
    const { method, path, headers } = request;
    const answer = await agent.request({
      origin,
      method,
      path,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    await answer.body.dump();
    return { status: answer.statusCode, fallback: answer.headers['x-fallback'] !== undefined, error: undefined };
  } catch (error) {
    return {
      status: undefined,
      fallback: false,
      error: error instanceof Error ? error.message || error.name : String(error),
    };
  }
}
