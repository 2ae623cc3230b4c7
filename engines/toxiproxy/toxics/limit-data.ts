import { attribute } from './toxic-kind.js';
import type { ToxicKind } from './toxic-kind.js';

/** Lets `bytes` through, then closes the connection. */
export const limitData: ToxicKind = {
  defaults: { bytes: 0 },
  capacity: 0,
  start: (passage) => {
    let passed = 0;
    return {
      async pass(item) {
        if (item === 'end') return passage.forward(item);
        const limit = attribute(passage.attributes, 'bytes');
        const allowed = item.data.subarray(0, Math.max(0, limit - passed));
        passed += allowed.length;
        if (allowed.length > 0) await passage.forward({ ...item, data: allowed });
        if (passed >= limit) passage.close();
      },
    };
  },
};
