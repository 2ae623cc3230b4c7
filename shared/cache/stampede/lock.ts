import { setTimeout as delay } from 'node:timers/promises';
import { serveUntilExpired } from './strategy.js';
import type { Rebuild, Rebuilt, StampedeStrategy, StrategyContext } from './strategy.js';

/** Pauses between two looks, ms: from the first to the last, each half as long again. */
const POLL_MS = { first: 10, last: 100 } as const;

/**
 * One reader loads, the others wait for what he stores. The lock is `SET key token NX PX ms`, so that it frees itself when its
 * holder dies, and is released by compare-and-delete. Waiting is bounded: in the end everybody loads for himself.
 */
export const lock: StampedeStrategy = {
  keepsStale: false,
  judge: serveUntilExpired,
  rebuild: rebuildUnderLock,
  refresh: refreshUnderLock,
};

export async function rebuildUnderLock(rebuild: Rebuild, context: StrategyContext): Promise<Rebuilt> {
  const giveUpAt = context.now() + context.settings.lockMs;
  for (let pause: number = POLL_MS.first; ; pause = Math.min(pause * 1.5, POLL_MS.last)) {
    const held = await rebuild.lock();
    if (held === 'away') return rebuild.load();
    if (held) {
      try {
        // Its last holder may have stored the value between this caller's first look and now.
        return (await rebuild.look()) ?? (await rebuild.load());
      } finally {
        await held.release();
      }
    }
    await delay(pause);
    const found = await rebuild.look();
    if (found) return found;
    if (context.now() >= giveUpAt) return rebuild.load();
  }
}

export async function refreshUnderLock(rebuild: Rebuild): Promise<void> {
  const held = await rebuild.lock();
  if (!held || held === 'away') return;
  try {
    await rebuild.load();
  } finally {
    await held.release();
  }
}
