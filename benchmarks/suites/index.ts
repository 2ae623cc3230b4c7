import { cache } from './cache.js';
import { coordinatedOmission } from './coordinated-omission.js';
import { events } from './events.js';
import { gateway } from './gateway.js';
import { geo } from './geo.js';
import { node } from './node.js';
import { orders } from './orders.js';
import { tracking } from './tracking.js';
import type { Suite } from './suite.js';

export { benchDefaults } from './suite.js';
export type { BenchContext, Chart, FigureNote, Suite } from './suite.js';

/** Whatever an abort interrupts, `measure` rejects with the reason of the abort. */
const interruptible = (suite: Suite): Suite => ({
  ...suite,
  async measure(context) {
    try {
      return await suite.measure(context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw error;
    }
  },
});

/** All benchmarks, in the order in which they are run. */
export const suites: readonly Suite[] = [gateway, cache, orders, geo, events, node, tracking, coordinatedOmission].map(
  interruptible,
);
