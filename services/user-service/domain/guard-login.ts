import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quickbite/shared/errors';
import type { UserKnobs } from '../knobs.js';
import { throttleRule } from './login-throttle.js';
import type { LoginAttempt, LoginThrottle, ThrottleVerdict } from './login-throttle.js';

/** How long an attempt waits for others of its account to end before it is refused, and how often it asks, ms. */
const PATIENCE_MS = 3000;
const ASK_AGAIN_MS = 25;

/**
 * Checks a password unless there were too many wrong ones for its account, known or not.
 * @returns whether `check` found it right
 * @throws AppError `too-many-requests`, also for the right password: else the refusal would tell which is right
 */
export async function guardLogin(
  email: string,
  { throttle, knobs }: { readonly throttle: LoginThrottle; readonly knobs: UserKnobs },
  check: () => Promise<boolean>,
): Promise<boolean> {
  if (!knobs.get('login.throttle.enabled')) return check();
  const attempt: LoginAttempt = { ...throttleRule(knobs), key: keyOf(email), id: randomUUID() };
  const verdict = await admitPatiently(throttle, attempt);
  if (verdict.outcome !== 'admitted') throw refusal(verdict);
  let right: boolean | undefined;
  try {
    right = await check();
    return right;
  } finally {
    await throttle.settle(attempt, right === undefined ? 'abandoned' : right ? 'succeeded' : 'failed');
  }
}

/** Attempts that are under way may take all places for a moment; when they succeed, there is room again. */
async function admitPatiently(throttle: LoginThrottle, attempt: LoginAttempt): Promise<ThrottleVerdict> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let verdict = await throttle.admit(attempt);
  while (verdict.outcome === 'busy' && performance.now() < giveUpAt) {
    await delay(ASK_AGAIN_MS);
    verdict = await throttle.admit(attempt);
  }
  return verdict;
}

/** Redis needs no addresses of people. */
const keyOf = (email: string): string => createHash('sha256').update(email).digest('base64url');

function refusal(verdict: ThrottleVerdict): AppError {
  const seconds = verdict.outcome === 'refused' ? Math.ceil(verdict.waitMs / 1000) : 1;
  return new AppError(
    'too-many-requests',
    `Too many wrong passwords were tried for this account. Try again in ${seconds} s.`,
    { headers: { 'retry-after': String(seconds) } },
  );
}
