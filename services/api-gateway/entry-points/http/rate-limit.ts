import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Counter } from 'prom-client';
import { AppError } from '@quickbite/shared/errors';
import type { GatewayKnobs } from '../../knobs.js';
import { clientKey } from '../../domain/client-key.js';
import { allowanceOf } from '../../domain/rate-limits.js';
import type { Attempt, Limiter, Tier, Verdict } from '../../domain/rate-limits.js';

/** How long a sign-in waits for others of its client to end before it is refused, and how often it asks, ms. */
const PATIENCE_MS = 3000;
const ASK_AGAIN_MS = 25;

/** What the rate limits work with. */
export interface RateLimitTools {
  readonly limiter: Limiter;
  readonly knobs: GatewayKnobs;
  readonly decisions: Counter<'tier' | 'outcome'>;
}

/** `takePlace` for what Express serves. */
export function rateLimit(tier: Tier, tools: RateLimitTools): RequestHandler {
  return async function rateLimitMiddleware(req, res, next) {
    await takePlace(tier, req.ip, res, tools);
    next();
  };
}

/**
 * Lets a request through if its client has a place left in the window of the tier, and says how many there are.
 * @throws AppError `too-many-requests`
 */
export async function takePlace(
  tier: Tier,
  ip: string | undefined,
  res: ServerResponse,
  { limiter, knobs, decisions }: RateLimitTools,
): Promise<void> {
  if (!knobs.get('rateLimit.enabled')) return;
  const attempt: Attempt = {
    ...allowanceOf(tier, knobs),
    key: `${tier}:${clientKey(ip)}`,
    id: randomUUID(),
    held: tier === 'auth',
  };
  const verdict = await takePatiently(limiter, attempt, () => res.closed);
  decisions.inc({ tier, outcome: verdict.outcome === 'admitted' ? 'admitted' : 'refused' });
  setHeaders(res, tier, attempt, verdict);
  if (verdict.outcome !== 'admitted') throw refusal(tier, attempt, verdict);
  if (attempt.held) res.once('close', () => void limiter.settle(attempt, hasFailed(res)));
}

/** Attempts of one client that are under way may take all places for a moment; when they succeed, there is room again. */
async function takePatiently(limiter: Limiter, attempt: Attempt, isGone: () => boolean): Promise<Verdict> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let verdict = await limiter.take(attempt);
  while (verdict.outcome === 'wait' && performance.now() < giveUpAt && !isGone()) {
    await delay(ASK_AGAIN_MS);
    verdict = await limiter.take(attempt);
  }
  return verdict;
}

/** A client that hangs up before the answer has had its guess. A 5xx is our failure, not the client's. */
function hasFailed(res: ServerResponse): boolean {
  return !res.writableFinished || (res.statusCode >= 400 && res.statusCode < 500);
}

/** IETF draft-ietf-httpapi-ratelimit-headers-08: `q` places in `w` seconds; `r` left, the next one free in `t` seconds. */
function setHeaders(
  res: ServerResponse,
  tier: Tier,
  { limit, windowMs }: Attempt,
  { remaining, resetMs }: Verdict,
): void {
  res.setHeader('ratelimit-policy', `"${tier}";q=${limit};w=${Math.ceil(windowMs / 1000)}`);
  res.setHeader('ratelimit', `"${tier}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`);
}

function refusal(tier: Tier, { limit, windowMs }: Attempt, { outcome, resetMs }: Verdict): AppError {
  const seconds = outcome === 'wait' ? 1 : Math.max(1, Math.ceil(resetMs / 1000));
  const what = { general: 'reads', auth: 'failed sign-ins', write: 'writes' }[tier];
  return new AppError(
    'too-many-requests',
    `At most ${limit} ${what} in ${Math.ceil(windowMs / 1000)} s are allowed. Try again in ${seconds} s.`,
    { headers: { 'retry-after': String(seconds) } },
  );
}
