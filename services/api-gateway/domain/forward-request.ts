import { AppError } from '@quickbite/shared/errors';
import { BreakerOpenError } from '@quickbite/shared/resilience';
import type { UpstreamRequest, UpstreamResponse } from '@quickbite/shared/resilience';
import type { GatewayKnobs } from '../knobs.js';
import type { LastGoodAnswers } from './last-good-answers.js';
import type { UpstreamName, Upstreams } from './upstreams.js';

/** A request that the gateway has let in. */
export interface AdmittedRequest extends Omit<UpstreamRequest, 'timeoutMs'> {
  readonly upstream: UpstreamName;
  /** Whether the last good copy may answer when the upstream fails. */
  readonly lastGood: boolean;
}

/** What forwarding works with. */
export interface ForwardingTools {
  readonly upstreams: Upstreams;
  readonly lastGoodAnswers: LastGoodAnswers;
  readonly knobs: GatewayKnobs;
}

/** A 5xx: an answer for the client, but a failure for the breaker. */
class FailedAnswer extends Error {
  override readonly name = 'FailedAnswer';
  readonly response: UpstreamResponse;

  constructor(response: UpstreamResponse) {
    super(`The upstream answered ${response.status}.`);
    this.response = response;
  }
}

/**
 * Calls an upstream through its breaker. Timeouts, broken connections and 5xx count against it; a 4xx is an answer.
 * @throws AppError `upstream-unavailable` while the breaker is open, `upstream-timeout` and `upstream-unreachable` when the
 * call failed; in each case only without a last good copy
 */
export async function forwardRequest(request: AdmittedRequest, tools: ForwardingTools): Promise<UpstreamResponse> {
  const { knobs, lastGoodAnswers } = tools;
  const { upstream, breaker } = tools.upstreams.get(request.upstream);
  const mayFallBack = request.lastGood && knobs.get('fallback.enabled');

  try {
    const response = await breaker.run(
      async () => {
        const answer = await upstream.request({ ...request, timeoutMs: knobs.get('upstream.timeoutMs') });
        if (answer.status >= 500) throw new FailedAnswer(answer);
        if (request.lastGood && answer.status === 200) lastGoodAnswers.remember(request.path, answer);
        return answer;
      },
      () => (mayFallBack ? lastGoodAnswers.recall(request.path) : undefined),
    );
    return response;
  } catch (error) {
    if (error instanceof FailedAnswer) return error.response;
    if (error instanceof BreakerOpenError) throw unavailable(request.upstream, error);
    throw error;
  }
}

function unavailable(upstream: UpstreamName, cause: BreakerOpenError): AppError {
  const seconds = Math.max(1, Math.ceil(cause.retryAfterMs / 1000));
  return new AppError('upstream-unavailable', `${upstream} keeps failing and is not called. Retry in ${seconds} s.`, {
    cause,
    headers: { 'retry-after': String(seconds) },
  });
}
