import type { Logger } from '@quickbite/shared/logging';
import type { LoginThrottle } from './login-throttle.js';

/** How long a throttle that failed is left alone, ms: else each sign-in would wait for its timeout. */
const LEFT_ALONE_MS = 1000;

/**
 * Uses the throttle that all instances share, and this process's own while the shared one fails: guesses get more by the
 * number of instances, but never unlimited, and nobody is kept out for it.
 */
export function createDegradingLoginThrottle(options: {
  readonly shared: LoginThrottle;
  readonly local: LoginThrottle;
  /** Whether the shared one is worth asking at all. */
  readonly isSharedUp: () => boolean;
  readonly logger: Logger;
  readonly now?: () => number;
}): LoginThrottle {
  const { shared, local, isSharedUp, logger, now = () => performance.now() } = options;
  let leftAloneUntil = -Infinity;
  let degraded = false;

  async function use<T>(work: (throttle: LoginThrottle) => Promise<T>): Promise<T> {
    if (!isSharedUp() || now() < leftAloneUntil) return work(local);
    try {
      const result = await work(shared);
      if (degraded) logger.info('the login throttle is shared again');
      degraded = false;
      return result;
    } catch (error) {
      leftAloneUntil = now() + LEFT_ALONE_MS;
      if (!degraded) logger.warn('the login throttle is local to this process: the shared one failed', { error });
      degraded = true;
      return work(local);
    }
  }

  return {
    admit: (attempt) => use((throttle) => throttle.admit(attempt)),
    settle: (attempt, outcome) => use((throttle) => throttle.settle(attempt, outcome)),
  };
}
