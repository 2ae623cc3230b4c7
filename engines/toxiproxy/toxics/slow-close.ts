import { attribute } from './toxic-kind.js';
import type { ToxicKind } from './toxic-kind.js';

/** Passes data at once, and the end of the connection `delay` ms later. */
export const slowClose: ToxicKind = {
  defaults: { delay: 0 },
  capacity: 0,
  start: (passage) => ({
    async pass(item) {
      if (item === 'end') await passage.sleep(attribute(passage.attributes, 'delay'));
      await passage.forward(item);
    },
  }),
};
