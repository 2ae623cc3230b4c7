import { AppError } from '@quickbite/shared/errors';
import { BreakerOpenError } from '@quickbite/shared/resilience';
import type { GatewayKnobs } from '../knobs.js';
import type { Answer } from './answer.js';
import { BulkheadFullError } from './bulkhead.js';
import type { Bulkhead } from './bulkhead.js';
import type { AdmittedRequest } from './admitted-request.js';
import { sendWithRetries } from './retry.js';
import { BrokenUpload } from './upload.js';
import type { GuardedUpstream, Upstreams } from './upstreams.js';

/** A 5xx: an answer for the client, but a failure for the breaker. */
class FailedAnswer extends Error {
  override readonly name = 'FailedAnswer';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`The upstream answered ${answer.status}.`);
    this.answer = answer;
  }
}

/** Seconds after which a place in a bulkhead that is full may be free: its calls end within their timeout, most much sooner. */
const BULKHEAD_RETRY_S = 1;

/**
 * Calls an upstream: a place in the process, bulkhead, breaker, retries, one of its instances. The breaker sees what became of the request in the end: an
 * instance that fails while another answers does not open it. A bulkhead that is full says nothing about the upstream's answers,
 * and does not count; neither does a body that its client breaks off.
 * @param standIn asked when the call fails or is not made
 * @throws AppError `upstream-unavailable` when it is not called, `upstream-timeout` and `upstream-unreachable` when the call fails
 */
export async function callUpstream(
  request: AdmittedRequest,
  { upstreams, knobs }: { readonly upstreams: Upstreams; readonly knobs: GatewayKnobs },
  standIn: () => Answer | undefined,
): Promise<Answer> {
  const timeoutMs = knobs.get('upstream.timeoutMs');
  const deadline = performance.now() + timeoutMs;
  const guarded = upstreams.get(request.upstream);
  let leave: () => void;
  try {
    leave = await takePlaces(upstreams.whole, guarded.bulkhead, timeoutMs);
  } catch (error) {
    const instead = error instanceof BulkheadFullError ? standIn() : undefined;
    if (instead) return instead;
    throw explain(request, error);
  }
  let answer: Answer | undefined;
  try {
    const outcome = await guarded.breaker.run<Answer | BrokenUpload>(
      () => sendOrFail(request, guarded, { knobs, deadline }),
      standIn,
    );
    if (outcome instanceof BrokenUpload) throw outcome.answer;
    answer = outcome;
    return answer;
  } catch (error) {
    if (error instanceof FailedAnswer) return error.answer;
    throw explain(request, error);
  } finally {
    if (answer?.rest) void answer.rest.done.then(leave);
    else leave();
  }
}

/** A place in the whole and one in the part. @returns gives both back */
async function takePlaces(whole: Bulkhead, part: Bulkhead, patienceMs: number): Promise<() => void> {
  const leaveWhole = await whole.enter(0);
  try {
    const leavePart = await part.enter(patienceMs);
    return () => {
      leavePart();
      leaveWhole();
    };
  } catch (error) {
    leaveWhole();
    throw error;
  }
}

async function sendOrFail(
  request: AdmittedRequest,
  guarded: GuardedUpstream,
  limits: { readonly knobs: GatewayKnobs; readonly deadline: number },
): Promise<Answer | BrokenUpload> {
  try {
    const answer = await sendWithRetries(request, guarded, limits);
    if (answer.status >= 500) throw new FailedAnswer(answer);
    return answer;
  } catch (error) {
    if (error instanceof BrokenUpload) return error;
    throw error;
  }
}

function explain({ upstream }: AdmittedRequest, error: unknown): unknown {
  if (error instanceof BulkheadFullError)
    return unavailable(`${error.bulkhead} is busy: too many calls are under way.`, BULKHEAD_RETRY_S, error);
  if (error instanceof BreakerOpenError) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return unavailable(`${upstream} keeps failing and is not called.`, seconds, error);
  }
  return error;
}

function unavailable(what: string, seconds: number, cause: Error): AppError {
  return new AppError('upstream-unavailable', `${what} Retry in ${seconds} s.`, {
    cause,
    headers: { 'retry-after': String(seconds) },
  });
}
