import { percentile } from './samples.js';
import type { Sample } from './samples.js';

/** A generator that is late sends bursts instead of its rate; beyond this, the measurement says more about it than about the target. */
const LAG_BOUND_MS = 100;

/** Why the load cannot be trusted; undefined when it kept its schedule. */
export function lagDoubt(samples: readonly Sample[], where: string): string | undefined {
  const lag =
    percentile(
      samples.map((sample) => sample.sentAt - sample.intendedAt),
      99,
    ) ?? 0;
  if (lag <= LAG_BOUND_MS) return undefined;
  return `The load generator could not keep its schedule (${where}): 1 % of the requests went out more than ${lag.toFixed(0)} ms late, ${String(LAG_BOUND_MS)} ms are tolerated. Close other programs, or lower the rate.`;
}
