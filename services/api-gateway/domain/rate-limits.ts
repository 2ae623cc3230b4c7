import type { GatewayKnobs } from '../knobs.js';

/** `general`: reads; `auth`: sign-ins and registrations, of which only failed ones count; `write`: all other changes. */
export type Tier = 'general' | 'auth' | 'write';

/** How much a client may do in a tier. */
export interface Allowance {
  readonly limit: number;
  readonly windowMs: number;
}

/** The allowance of a tier, as the knobs have it now. */
export function allowanceOf(tier: Tier, knobs: GatewayKnobs): Allowance {
  return { limit: knobs.get(`rateLimit.${tier}.limit`), windowMs: knobs.get(`rateLimit.${tier}.windowMs`) };
}

/** One request that asks for its place in a window. */
export interface Attempt extends Allowance {
  /** Whose window: tier and client. */
  readonly key: string;
  /** Names the attempt when it is settled. */
  readonly id: string;
  /**
   * True when only failures count: the attempt holds its place until it is settled, so that guesses made at the same time
   * cannot slip through together.
   */
  readonly held: boolean;
}

/**
 * `admitted`: it has a place; `refused`: the window is full; `wait`: the window is full only if attempts that are under way
 * fail, so ask again in a moment.
 */
export interface Verdict {
  readonly outcome: 'admitted' | 'refused' | 'wait';
  /** Places left in the window. */
  readonly remaining: number;
  /** ms until the next place becomes free. */
  readonly resetMs: number;
}

/** Decides who has a place. How it counts is its algorithm; what it promises of the numbers follows from that. */
export interface Limiter {
  take(attempt: Attempt): Promise<Verdict>;
  /** Ends a held attempt: a failure keeps its place, a success gives it back. */
  settle(attempt: Attempt, failed: boolean): Promise<void>;
}

/** A held attempt that nobody settles (its gateway died) counts as failed after this many ms. */
export const HELD_AT_MOST_MS = 150_000;

/** Bounds the memory of a gateway that counts alone: beyond it, the clients that were seen longest ago are forgotten. */
export const MAX_LOCAL_CLIENTS = 10_000;
