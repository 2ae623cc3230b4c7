import { AppError } from '@quickbite/shared/errors';
import type { Upstream } from '@quickbite/shared/resilience';
import type { Upstreams } from './upstreams.js';

/** ms that a service has to say that it is ready. */
const PATIENCE_MS = 1000;

/** How the whole is: `degraded` when any service is not ready. */
export interface AggregateHealth {
  readonly status: 'healthy' | 'degraded';
  readonly services: Readonly<Record<string, string>>;
}

/**
 * Asks all services at once whether they are ready, past their breakers: health must see what is, and must not open or close
 * anything. Callers at the same time share one answer, so that anonymous requests are not multiplied by the services.
 */
export function createAggregateHealth(upstreams: Upstreams): () => Promise<AggregateHealth> {
  let running: Promise<AggregateHealth> | undefined;
  return () => {
    running ??= askAll(upstreams).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function askAll(upstreams: Upstreams): Promise<AggregateHealth> {
  const answers = await Promise.all(
    upstreams.all().map(async ({ upstream }) => [upstream.name, await ask(upstream)] as const),
  );
  const healthy = answers.every(([, answer]) => answer === 'up');
  return { status: healthy ? 'healthy' : 'degraded', services: Object.fromEntries(answers) };
}

async function ask(upstream: Upstream): Promise<string> {
  try {
    const { status } = await upstream.request({ method: 'GET', path: '/health/ready', timeoutMs: PATIENCE_MS });
    return status === 200 ? 'up' : 'down: not ready';
  } catch (error) {
    const timedOut = error instanceof AppError && error.slug === 'upstream-timeout';
    return timedOut ? `down: no answer within ${PATIENCE_MS} ms` : 'down: not reachable';
  }
}
