import type { Logger } from '@quickbite/shared/logging';
import type { Limiter } from './rate-limits.js';

/** How long a window that failed is left alone, ms: else each request would wait for its timeout. */
const LEFT_ALONE_MS = 1000;

/**
 * Uses the window that the gateways share, and this process's own while the shared one fails: limits get looser by the number
 * of gateways, but never off, and no request fails for it.
 */
export function createDegradingLimiter(options: {
  readonly shared: Limiter;
  readonly local: Limiter;
  /** Whether the shared one is worth asking at all. */
  readonly isSharedUp: () => boolean;
  readonly logger: Logger;
  readonly now?: () => number;
}): Limiter {
  const { shared, local, isSharedUp, logger, now = () => performance.now() } = options;
  let leftAloneUntil = -Infinity;
  let degraded = false;

  async function use<T>(work: (window: Limiter) => Promise<T>): Promise<T> {
    if (!isSharedUp() || now() < leftAloneUntil) return work(local);
    try {
      const result = await work(shared);
      if (degraded) logger.info('rate limits are shared again');
      degraded = false;
      return result;
    } catch (error) {
      leftAloneUntil = now() + LEFT_ALONE_MS;
      if (!degraded) logger.warn('rate limits are local to this gateway: the shared window failed', { error });
      degraded = true;
      return work(local);
    }
  }

  return {
    take: (attempt) => use((window) => window.take(attempt)),
    settle: (attempt, failed) => use((window) => window.settle(attempt, failed)),
  };
}
