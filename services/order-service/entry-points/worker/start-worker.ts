import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@quickbite/shared/logging';

/** Work that nobody asks for, done again and again until it is closed. */
export interface StartedWorker {
  /** Works now instead of at the next turn. */
  nudge(): void;
  /** Ends with the work that is being done. */
  close(): Promise<void>;
}

/** Starts to do `work` every `everyMs`; what fails is logged once and tried again at the next turn. */
export function startWorker(options: {
  readonly name: string;
  readonly everyMs: number;
  readonly logger: Logger;
  readonly work: (signal: AbortSignal) => Promise<void>;
}): StartedWorker {
  const { name, everyMs, logger, work } = options;
  const stopping = new AbortController();
  let wake = new AbortController();

  async function run(): Promise<void> {
    let failing = false;
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      try {
        await work(stopping.signal);
        failing = false;
      } catch (error) {
        if (!failing) logger.warn(`${name} failed; it is tried again`, { error });
        failing = true;
      }
      // While it fails, only the clock wakes it: nudges would turn an outage into a busy loop.
      const signal = failing ? stopping.signal : AbortSignal.any([stopping.signal, wake.signal]);
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
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
