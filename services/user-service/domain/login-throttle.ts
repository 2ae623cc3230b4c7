import type { UserKnobs } from '../knobs.js';

/** How many wrong passwords an account allows, and what follows. Times in ms. */
export interface ThrottleRule {
  readonly failures: number;
  readonly windowMs: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** The rule as the knobs have it now. */
export function throttleRule(knobs: UserKnobs): ThrottleRule {
  return {
    failures: knobs.get('login.throttle.failures'),
    windowMs: knobs.get('login.throttle.windowMs'),
    firstWaitMs: knobs.get('login.throttle.firstWaitMs'),
    longestWaitMs: knobs.get('login.throttle.longestWaitMs'),
  };
}

/** One password that is to be checked. */
export interface LoginAttempt extends ThrottleRule {
  /** Whose password. */
  readonly key: string;
  /** Names the attempt when it is settled. */
  readonly id: string;
}

/**
 * `admitted`: check it; `refused`: wait first; `busy`: as many are being checked as may fail, so ask again in a moment. Without
 * that, a thousand guesses at the same time would all be admitted before the first is known to be wrong.
 */
export type ThrottleVerdict =
  { readonly outcome: 'admitted' | 'busy' } | { readonly outcome: 'refused'; readonly waitMs: number };

/** `abandoned`: nothing was learnt about the password, because something else failed. */
export type LoginOutcome = 'succeeded' | 'failed' | 'abandoned';

/**
 * Counts the wrong passwords of each account, whoever tries them. When there are too many, each further one makes everybody
 * wait twice as long; the right one clears the count.
 */
export interface LoginThrottle {
  admit(attempt: LoginAttempt): Promise<ThrottleVerdict>;
  settle(attempt: LoginAttempt, outcome: LoginOutcome): Promise<void>;
}

/** An attempt that nobody settles (its process died) is forgotten after this many ms. */
export const ABANDONED_AFTER_MS = 30_000;

/** How long the next one must wait after `failures` wrong passwords, ms. */
export function waitAfter(failures: number, rule: ThrottleRule): number {
  if (failures < rule.failures) return 0;
  return Math.min(rule.longestWaitMs, rule.firstWaitMs * 2 ** (failures - rule.failures));
}
