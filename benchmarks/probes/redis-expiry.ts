import { setTimeout as pause } from 'node:timers/promises';
import { withRedis } from './clients.js';
import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const COPIES = 1_000;
const LIFE_MS = 10_000;
const TENTH = LIFE_MS / 10;

export const redisExpiry: Probe = {
  id: 'redis-expiry',
  question: 'Do copies with a time to live go by themselves, and how many go together with and without jitter?',
  engines: ['redis'],
  figures: {
    'copies-left': 'copies that are still there after their time to live, of a hundred',
    'together-without-jitter': `of ${String(COPIES)} copies made at once, the most that expire within the same tenth of their life`,
    'together-with-jitter': 'the same, with up to half of the life drawn at random',
    'marks-both-consumers': 'messages that two consumers both sent after asking GET whether somebody had, of a hundred',
    'marks-one-consumer': 'the same, with SET NX before sending',
  },
  measure: (lab) =>
    withRedis(lab, async (redis) => {
      const short = Array.from({ length: 100 }, (_, n) => `short:${String(n)}`);
      await Promise.all(short.map((key) => redis.set(key, 'x', 'PX', 50)));
      await pause(200);
      const left = await redis.exists(...short);
      const together = async (prefix: string, life: () => number): Promise<number> => {
        const keys = Array.from({ length: COPIES }, (_, n) => `${prefix}:${String(n)}`);
        await Promise.all(keys.map((key) => redis.set(key, 'x', 'PX', life())));
        const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
        return mostWithin(lives, TENTH);
      };
      const both = await sentTwice(async (key) => {
        if ((await redis.get(key)) !== null) return false;
        // The time that it takes to hand the message to a provider: the mark comes after it.
        await pause(1);
        await redis.setex(key, 60, '1');
        return true;
      });
      const one = await sentTwice(async (key) => (await redis.set(`claim:${key}`, '1', 'EX', 60, 'NX')) !== null);
      return measurementOf({
        'copies-left': counted(left, short.length),
        'together-without-jitter': counted(await together('same', () => LIFE_MS), COPIES),
        'together-with-jitter': counted(
          await together('jitter', () => Math.round(LIFE_MS * (1 - Math.random() / 2))),
          COPIES,
        ),
        'marks-both-consumers': counted(both, 100),
        'marks-one-consumer': counted(one, 100),
      });
    }),
};

/** Two consumers get each of a hundred messages at the same moment. @returns for how many both sent */
async function sentTwice(consume: (key: string) => Promise<boolean>): Promise<number> {
  let twice = 0;
  for (let n = 0; n < 100; n += 1) {
    const key = `event:${String(n)}`;
    const [first, second] = await Promise.all([consume(key), consume(key)]);
    if (first && second) twice += 1;
  }
  return twice;
}

/** The most values that lie within a window of some width. */
function mostWithin(values: readonly number[], width: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  let [from, most] = [0, 0];
  sorted.forEach((value, to) => {
    while (value - (sorted[from] ?? 0) > width) from += 1;
    most = Math.max(most, to - from + 1);
  });
  return most;
}
