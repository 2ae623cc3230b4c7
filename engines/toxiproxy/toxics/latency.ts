import { attribute } from './toxic-kind.js';
import type { ToxicKind } from './toxic-kind.js';

/** What a long line holds: enough that the delay does not limit the throughput of a lab. */
const CAPACITY_BYTES = 8 * 1024 * 1024;

/** Delays everything by `latency` ms, give or take up to `jitter` ms. Order is kept. */
export const latency: ToxicKind = {
  defaults: { latency: 0, jitter: 0 },
  capacity: CAPACITY_BYTES,
  start: (passage) => ({
    async pass(item) {
      if (item === 'end') return passage.forward(item);
      const jitter = attribute(passage.attributes, 'jitter');
      const delay = attribute(passage.attributes, 'latency') + (Math.random() * 2 - 1) * jitter;
      // Counted from its arrival: what waited behind another has waited already.
      await passage.sleep(item.at + delay - performance.now());
      await passage.forward(item);
    },
  }),
};
