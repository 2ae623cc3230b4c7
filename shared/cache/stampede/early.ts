import type { CacheEntry } from '../entry.js';
import type { StampedeStrategy, StrategyContext } from './strategy.js';

/**
 * Probabilistic early expiration, XFetch: each reader refreshes before the copy expires, with a probability that grows as the end
 * comes near, and the sooner the longer a load takes. No lock, no coordination: on average one reader does it.
 * A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", PVLDB 8(8), 2015.
 */
export const early: StampedeStrategy = {
  keepsStale: false,
  judge(entry, context) {
    if (context.now() >= entry.expiresAt) return 'discard';
    return isDueEarly(entry, context) ? 'refresh' : 'serve';
  },
  rebuild: (rebuild) => rebuild.load(),
  async refresh(rebuild) {
    await rebuild.load();
  },
};

/** `now - delta * beta * ln(rand) >= expiry`, with delta the time that the last load took. */
export function isDueEarly(entry: CacheEntry, { now, random, settings }: StrategyContext): boolean {
  // random() may be 0, whose logarithm is not a number of milliseconds.
  const early = -entry.loadMs * settings.earlyBeta * Math.log(1 - random());
  return now() + early >= entry.expiresAt;
}
