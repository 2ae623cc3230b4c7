import type { GatewayKnobs } from '../knobs.js';
import type { AdmittedRequest } from './admitted-request.js';
import type { Answer } from './answer.js';
import { callUpstream } from './call-upstream.js';
import type { SharedReads } from './read-with-copies.js';
import type { Upstreams } from './upstreams.js';

/** What forwarding works with. */
export interface ForwardingTools {
  readonly upstreams: Upstreams;
  readonly sharedReads: SharedReads;
  readonly knobs: GatewayKnobs;
}

const nothing = (): undefined => undefined;

/**
 * Answers a request from a copy, or from its upstream.
 * @throws AppError `upstream-unavailable` when it is not called, `upstream-timeout` and `upstream-unreachable` when the call
 * failed; in each case only without a copy that may stand in
 */
export async function forwardRequest(request: AdmittedRequest, tools: ForwardingTools): Promise<Answer> {
  if (request.lastGood) return tools.sharedReads.read(request, (read, standIn) => callUpstream(read, tools, standIn));
  const answer = await callUpstream(request, tools, nothing);
  if (request.method !== 'GET' && answer.status < 400) tools.sharedReads.expire(request.upstream);
  return answer;
}
