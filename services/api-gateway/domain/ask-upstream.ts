import { AppError } from '@quickbite/shared/errors';
import type { UpstreamResponse } from '@quickbite/shared/resilience';
import { forwardRequest } from './forward-request.js';
import type { ForwardingTools } from './forward-request.js';
import type { UpstreamName } from './upstreams.js';

/** A read that the gateway makes itself, on behalf of a client. */
export interface Question {
  readonly upstream: UpstreamName;
  readonly path: string;
  /** Signed identity of the client; left out, it asks as nobody. */
  readonly identity?: string;
  /** Whether the last good copy may answer. Only for what is the same for everybody. */
  readonly lastGood?: true;
}

/** Asks a service through its breaker, as a request of a client would. */
export type Ask = (question: Question) => Promise<UpstreamResponse>;

/** Creates the way in which the gateway asks on its own. */
export function createAsk(tools: ForwardingTools): Ask {
  return ({ upstream, path, identity, lastGood = false }) =>
    forwardRequest(
      {
        upstream,
        method: 'GET',
        path,
        headers: { accept: 'application/json' },
        lastGood,
        ...(identity !== undefined && { identity }),
      },
      tools,
    );
}

/** The JSON of a 200. @throws AppError `upstream-unreachable` for any other answer */
export async function askForJson(ask: Ask, question: Question): Promise<unknown> {
  const { status, body } = await ask(question);
  if (status === 200) return JSON.parse(body.toString('utf8'));
  throw new AppError('upstream-unreachable', `${question.upstream} answered ${status} where 200 was expected.`);
}
