import { setTimeout as pause } from 'node:timers/promises';
import { withRedis } from './clients.js';
import type { Probe } from './probe.js';
import { figureOf, measurementOf, repeat } from '../measurement/repetitions.js';

const LIFE_MS = 3_000;
/** How long a query takes that makes the copy anew. */
const REBUILD_MS = 200;
const READ_EVERY_MS = 5;

export const earlyRefresh: Probe = {
  id: 'early-refresh',
  question: 'How often is a copy made anew in one lifetime when readers draw by the time that is left?',
  engines: ['redis'],
  figures: {
    'rebuilds-by-time-left': 'queries in one lifetime of a copy, with Math.random() < 1 / timeLeft as the guide has it',
    'rebuilds-by-xfetch': 'the same, with XFetch, which knows how long a query takes',
  },
  measure: (lab) =>
    withRedis(lab, async (redis) => {
      const lifetime = async (early: (leftMs: number) => boolean): Promise<number> => {
        await redis.set('copy', 'x', 'PX', LIFE_MS);
        const ends = Date.now() + LIFE_MS;
        let rebuilds = 0;
        const state = { fresh: false };
        const running: Promise<void>[] = [];
        while (Date.now() < ends && !state.fresh) {
          const left = await redis.pttl('copy');
          if (left <= 0 || early(left)) {
            rebuilds += 1;
            // Until the query is back, the next readers see the old copy and draw again.
            running.push(pause(REBUILD_MS).then(() => void (state.fresh = true)));
          }
          await pause(READ_EVERY_MS);
        }
        await Promise.all(running);
        return rebuilds;
      };
      // The guide's TTL is in whole seconds.
      const byTimeLeft = await repeat(3, () => lifetime((left) => Math.random() < 1 / Math.ceil(left / 1_000)));
      const byXFetch = await repeat(3, () => lifetime((left) => -REBUILD_MS * Math.log(Math.random()) >= left));
      return measurementOf({
        'rebuilds-by-time-left': figureOf('count', byTimeLeft),
        'rebuilds-by-xfetch': figureOf('count', byXFetch),
      });
    }),
};
