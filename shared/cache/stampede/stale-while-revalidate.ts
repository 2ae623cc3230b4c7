import { refreshUnderLock, rebuildUnderLock } from './lock.js';
import type { StampedeStrategy } from './strategy.js';

/**
 * An expired copy is served for a while longer, and one reader refreshes it in the background: nobody waits, everybody may see
 * what is `staleSeconds` too old. The words are those of RFC 5861. With nothing to serve, as `lock`.
 */
export const staleWhileRevalidate: StampedeStrategy = {
  keepsStale: true,
  judge(entry, { now, settings }) {
    const staleMs = now() - entry.expiresAt;
    if (staleMs < 0) return 'serve';
    return staleMs < settings.staleSeconds * 1000 ? 'refresh' : 'discard';
  },
  rebuild: rebuildUnderLock,
  refresh: refreshUnderLock,
};
