import type { Attempt } from './answer.js';
import type { UpstreamName } from './upstreams.js';

/** A request that the gateway has let in. */
export interface AdmittedRequest extends Omit<Attempt, 'timeoutMs'> {
  readonly upstream: UpstreamName;
  /** Whether a copy may answer: while it is fresh, or when the upstream fails. Only for what is the same for everybody. */
  readonly lastGood: boolean;
}
