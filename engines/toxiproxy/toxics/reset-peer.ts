import { attribute } from './toxic-kind.js';
import type { ToxicKind } from './toxic-kind.js';

/** Resets the connection `timeout` ms after the first thing comes; nothing passes. */
export const resetPeer: ToxicKind = {
  defaults: { timeout: 0 },
  capacity: 0,
  start: (passage) => ({
    async pass() {
      await passage.sleep(attribute(passage.attributes, 'timeout'));
      passage.reset();
    },
  }),
};
