import type { Logger } from '@quickbite/shared/logging';

/** ms between two looks; an offer is withdrawn so much too late at most. */
const EVERY_MS = 500;

/** Sweeps again and again, never two at once. Several instances may do so at the same time. */
export function startSweeping(sweep: () => Promise<void>, logger: Logger): { close(): Promise<void> } {
  let failing = false;
  let running = Promise.resolve();

  async function sweepOnce(): Promise<void> {
    try {
      await sweep();
      failing = false;
    } catch (error) {
      if (!failing) logger.warn('offers could not be looked through; trying again', { error });
      failing = true;
    }
  }

  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = sweepOnce().finally(() => (busy = false));
  }, EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
