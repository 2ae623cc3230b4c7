import { exchange, unlimitedAgent } from './exchange.js';
import type { Answer } from './exchange.js';
import { createClock } from './clock.js';
import type { Sample } from './samples.js';
import type { ClientRequest, Planned } from './traffic.js';

/** Options of `startOpenModel`. */
export interface OpenModelOptions {
  /** The gateways. With several, the requests take turns, and one that is refused is sent to the next. */
  readonly targets: readonly string[];
  readonly plan: Iterator<Planned>;
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
  const { targets, plan, timeoutMs } = options;
  const agent = unlimitedAgent(timeoutMs);
  const now = createClock();
  const startedAt = now();
  const samples: Sample[] = [];
  const inFlight = new Set<Promise<unknown>>();
  let waiting = 0;
  let turns = 0;
  let timer: NodeJS.Timeout | undefined;
  let next = plan.next();

  const send = async (request: ClientRequest, intendedAt: number): Promise<Answer> => {
    const sentAt = now();
    const first = (turns += 1) % targets.length;
    waiting += 1;
    const answer = await exchange(request, {
      agent,
      targets: [...targets.slice(first), ...targets.slice(0, first)],
      timeoutMs,
      keepText: request.mark !== undefined,
    });
    waiting -= 1;
    samples.push(sampleOf(request, answer, { intendedAt, sentAt, doneAt: now() }));
    return answer;
  };

  const begin = (planned: Planned): Promise<unknown> => {
    const intendedAt = startedAt + planned.offsetMs;
    if (!('go' in planned)) return send(planned, intendedAt);
    // Later requests of a journey are sent as soon as the one before is answered: that is when they were intended.
    let at: number | undefined = intendedAt;
    return planned.go((request) => {
      const answered = send(request, at ?? now());
      at = undefined;
      return answered;
    });
  };

  const turn = (): void => {
    while (!next.done && startedAt + next.value.offsetMs <= now()) {
      const sending = begin(next.value).finally(() => inFlight.delete(sending));
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
      return waiting;
    },
    async stop(how) {
      clearTimeout(timer);
      if (how === 'abandon') await agent.destroy();
      await Promise.all(inFlight);
      await agent.destroy();
    },
  };
}

/** What is kept of a request and its answer. */
export function sampleOf(
  request: Pick<ClientRequest, 'expects' | 'tag' | 'mark'>,
  answer: Answer,
  times: Pick<Sample, 'intendedAt' | 'sentAt' | 'doneAt'>,
): Sample {
  const mark = request.mark?.(answer);
  return {
    ...times,
    tag: request.tag,
    expected: request.expects,
    status: answer.status,
    fallback: answer.headers['x-fallback'] !== undefined,
    error: answer.error,
    ...(mark === undefined ? {} : { mark }),
  };
}
