import { attribute, LONGEST_WAIT_MS } from './toxic-kind.js';
import type { ToxicKind } from './toxic-kind.js';

/**
 * A black hole: drops everything, and closes the connection when nothing has come for `timeout` ms. With 0 it stays open,
 * silent. What was lost cannot be made up for: connections that it affected are closed when it is removed.
 */
export const timeout: ToxicKind = {
  defaults: { timeout: 0 },
  capacity: 0,
  start: (passage) => {
    let timer: NodeJS.Timeout | undefined;
    const countDown = (): void => {
      clearTimeout(timer);
      const ms = attribute(passage.attributes, 'timeout');
      timer = ms > 0 ? setTimeout(() => passage.close(), Math.min(ms, LONGEST_WAIT_MS)) : undefined;
    };
    countDown();
    return {
      pass() {
        countDown();
        return Promise.resolve();
      },
      changed: countDown,
      removed() {
        clearTimeout(timer);
        passage.close();
      },
    };
  },
};
