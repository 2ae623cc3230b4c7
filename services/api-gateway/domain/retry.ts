import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quickbite/shared/errors';
import { NOT_BEGUN } from '@quickbite/shared/http';
import type { GatewayKnobs } from '../knobs.js';
import type { Answer, Attempt } from './answer.js';
import { FailedAttempt } from './balancer.js';
import { neverConnected } from './never-connected.js';
import type { GuardedUpstream } from './upstreams.js';

/** The first pause is at most this long, ms; each further one at most twice as long. */
const FIRST_PAUSE_MS = 50;
/** Statuses of an instance that cannot serve now; another may. */
const ELSEWHERE = new Set([502, 503, 504]);

type Outcome = { readonly answer: Answer & { readonly instance: string } } | { readonly error: FailedAttempt };

/**
 * Sends a request, and again when the first attempt cannot have done anything, or when doing it twice is harmless: reads after a
 * broken connection, writes with an idempotency key after one that was never made or one that met an instance which was starting. Never after a timeout, for which there is no time left.
 * Pauses are random between nothing and a growing bound ("full jitter"), so that clients do not come back in step.
 */
export async function sendWithRetries(
  request: Omit<Attempt, 'timeoutMs'>,
  { balancer, retryBudget, breaker }: GuardedUpstream,
  { knobs, deadline }: { readonly knobs: GatewayKnobs; readonly deadline: number },
): Promise<Answer> {
  retryBudget.deposit(knobs.get('retry.budgetPercent'));
  let failedAt: string | undefined;
  for (let retries = 0; ; retries += 1) {
    const outcome = await attempt(failedAt);
    if (!isWorthAnother(outcome) || retries >= knobs.get('retry.max')) return answerOf(outcome);
    const pauseMs = Math.random() * FIRST_PAUSE_MS * 2 ** retries;
    if (performance.now() + pauseMs >= deadline || !retryBudget.withdraw()) return answerOf(outcome);
    await delay(pauseMs);
    if (breaker.snapshot().state === 'OPEN') return answerOf(outcome);
    failedAt = 'answer' in outcome ? outcome.answer.instance : outcome.error.instance;
  }

  async function attempt(avoid: string | undefined): Promise<Outcome> {
    const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
    try {
      return { answer: await balancer.send({ ...request, timeoutMs }, avoid) };
    } catch (error) {
      if (error instanceof FailedAttempt) return { error };
      throw error;
    }
  }

  function isWorthAnother(outcome: Outcome): boolean {
    // What has gone by cannot be sent again.
    if (request.upload || !knobs.get('retry.enabled')) return false;
    if ('answer' in outcome) {
      const { status, headers, instance } = outcome.answer;
      const harmless = request.method === 'GET' || (hasIdempotencyKey(request) && headers[NOT_BEGUN] !== undefined);
      return harmless && ELSEWHERE.has(status) && balancer.hasOther(instance);
    }
    const { cause } = outcome.error;
    if (!(cause instanceof AppError) || cause.slug !== 'upstream-unreachable') return false;
    return request.method === 'GET' || (hasIdempotencyKey(request) && neverConnected(cause.cause));
  }
}

function answerOf(outcome: Outcome): Answer {
  if ('answer' in outcome) return outcome.answer;
  throw outcome.error.cause;
}

function hasIdempotencyKey({ headers }: Pick<Attempt, 'headers'>): boolean {
  return headers?.['idempotency-key'] !== undefined;
}
