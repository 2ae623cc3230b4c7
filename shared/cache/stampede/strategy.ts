import type { CacheEntry } from '../entry.js';
import type { CacheSettings } from '../settings.js';
import type { HeldLock } from '../store.js';

/** What came of a rebuild: a value, or the certainty that there is none; and whether this caller loaded it himself. */
export interface Rebuilt {
  readonly value: unknown;
  readonly loadedHere: boolean;
}

/** One caller's attempt at a copy that is missing or has expired. */
export interface Rebuild {
  /** Asks the source, and stores the answer. */
  load(): Promise<Rebuilt>;
  /** What somebody else has stored meanwhile. */
  look(): Promise<Rebuilt | undefined>;
  /** @returns undefined when somebody else holds it, `away` when the cache does not say */
  lock(): Promise<HeldLock | undefined | 'away'>;
}

/** Time and chance, passed in so that tests are exact. */
export interface StrategyContext {
  readonly settings: CacheSettings;
  /** ms since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What to do with a copy that was found. `refresh` serves it and rebuilds behind the caller's back. */
export type Judgement = 'serve' | 'refresh' | 'discard';

/** A way to keep many readers of one key from all asking the source. */
export interface StampedeStrategy {
  /** Whether copies are kept for a while after they expired. */
  readonly keepsStale: boolean;
  judge(entry: CacheEntry, context: StrategyContext): Judgement;
  /** Nothing to serve: gets the value for one of perhaps many callers. */
  rebuild(rebuild: Rebuild, context: StrategyContext): Promise<Rebuilt>;
  /** A copy was served and should be replaced. */
  refresh(rebuild: Rebuild): Promise<void>;
}

/** The judgement of those who look at nothing but the time. */
export const serveUntilExpired = (entry: CacheEntry, { now }: StrategyContext): Judgement =>
  now() < entry.expiresAt ? 'serve' : 'discard';
