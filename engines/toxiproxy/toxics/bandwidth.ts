import { attribute } from './toxic-kind.js';
import type { ToxicKind } from './toxic-kind.js';

const SLICE_MS = 100;
/** A timer may be that late; more means that the line was idle. */
const TIMER_MS = 20;

/** Lets `rate` kilobytes (1,000 bytes) a second through; with 0, nothing until that is changed. */
export const bandwidth: ToxicKind = {
  defaults: { rate: 0 },
  capacity: 0,
  start: (passage) => {
    let freeAt = 0;
    return {
      async pass(item) {
        if (item === 'end') return passage.forward(item);
        let rest = item.data;
        while (rest.length > 0) {
          // A kilobyte a second is a byte a millisecond.
          const bytesPerMs = attribute(passage.attributes, 'rate');
          if (bytesPerMs <= 0) {
            await passage.untilChanged();
            if (attribute(passage.attributes, 'rate') > 0) continue;
            return passage.forward({ ...item, data: rest });
          }
          const slice = rest.subarray(0, bytesPerMs * SLICE_MS);
          // From when the line became free, not from now: timers that fire late do not slow it down.
          const now = performance.now();
          freeAt = (now - freeAt < TIMER_MS ? freeAt : now) + slice.length / bytesPerMs;
          await passage.sleep(freeAt - performance.now());
          await passage.forward({ ...item, data: slice });
          rest = rest.subarray(slice.length);
        }
      },
    };
  },
};
