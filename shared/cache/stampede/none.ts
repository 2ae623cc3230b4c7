import { serveUntilExpired } from './strategy.js';
import type { StampedeStrategy } from './strategy.js';

/** No protection: whoever finds nothing loads. A thousand readers of an expired key are a thousand loads. */
export const none: StampedeStrategy = {
  keepsStale: false,
  judge: serveUntilExpired,
  rebuild: (rebuild) => rebuild.load(),
  async refresh(rebuild) {
    await rebuild.load();
  },
};
