import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@quickbite/shared/logging';
import { deliver } from '../../domain/deliver.js';
import type { Delivering } from '../../domain/deliver.js';

const defaults = { lanes: 16, pollMs: 250 } as const;

/** Makes the deliveries that are due, for as long as it runs. */
export interface DeliveryWorker {
  /** Looks now instead of at the next poll: for what has just been recorded. */
  nudge(): void;
  /** Finishes what is in work. */
  close(): Promise<void>;
}

/**
 * Starts the worker. What is to be done is in the database, with its time: what waits for the end of quiet hours survives a crash,
 * and several instances share the work.
 */
export function startDeliveryWorker(
  options: Delivering & { readonly leaseMs: () => number; readonly logger: Logger },
): DeliveryWorker {
  const { notifications, leaseMs, logger } = options;
  const stopping = new AbortController();
  let wake = new AbortController();

  /** @returns whether there was anything to do */
  async function workOnce(): Promise<boolean> {
    if (stopping.signal.aborted) return false;
    const claimed = await notifications.claimDue(leaseMs());
    if (claimed) await deliver(options, claimed);
    return claimed !== undefined;
  }
  async function workOff(): Promise<void> {
    while (await workOnce());
  }
  async function workOffTogether(): Promise<void> {
    // Whoever is told of several things at once is told by the first of them, which takes the others along: one at a time, then.
    const lanes = options.settings().batchWindowMs > 0 ? 1 : defaults.lanes;
    const ended = await Promise.allSettled(Array.from({ length: lanes }, workOff));
    // Only now, when none of them runs any more: whoever closes the worker closes the database next.
    const failed = ended.find((lane) => lane.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async function run(): Promise<void> {
    let failing = false;
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      try {
        await workOffTogether();
        failing = false;
      } catch (error) {
        if (!failing) logger.warn('deliveries failed; they stay on record and are tried again', { error });
        failing = true;
      }
      const signal = failing ? stopping.signal : AbortSignal.any([stopping.signal, wake.signal]);
      await delay(defaults.pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    nudge: () => wake.abort(),
    async close() {
      stopping.abort();
      await running;
    },
  };
}
