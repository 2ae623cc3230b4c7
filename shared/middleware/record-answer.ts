import type { Logger } from '../logging/index.js';
import { createAccessLog } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';

/** A request that has been answered, or given up by its client. */
export interface AnsweredRequest {
  readonly method: string;
  /** Without the query: that holds personal data. */
  readonly path: string;
  /** The pattern of the route, e.g. `/api/orders/:id`; undefined when none matched. */
  readonly route: string | undefined;
  /** 499 when the client hung up before the end. */
  readonly status: number;
  readonly ms: number;
  readonly correlationId: string | undefined;
}

/** What is asked every few seconds, and would bury the rest of the log. */
const QUIET = /^\/(health|metrics|internal)\b/;

/** Measures and logs requests when their answers are out. Neither bodies, queries, tokens nor addresses are logged. */
export function createAnswerRecorder(options: {
  readonly logger: Logger;
  readonly metrics: Metrics;
}): (answered: AnsweredRequest) => void {
  const { metrics } = options;
  const log = createAccessLog(options.logger);
  return function recordAnswer(answered) {
    const { method, path, route = 'unmatched', status, ms } = answered;
    metrics.httpDuration.observe({ method, route, status: String(status) }, ms / 1000);
    if (!QUIET.test(path)) log(answered);
  };
}
