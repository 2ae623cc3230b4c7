import { Redis } from 'ioredis';
import { withRedis } from './clients.js';
import type { Probe } from './probe.js';
import { counted, figureOf, measurementOf, repeat, timed } from '../measurement/repetitions.js';

const KEYS = 200_000;
const BATCH = 10_000;
const ROUNDS = 5;

export const redisKeys: Probe = {
  id: 'redis-keys',
  question: 'What does invalidation with KEYS and DEL do to others, and to itself when there is nothing to delete?',
  engines: ['redis'],
  figures: {
    'get-behind-keys': `time of a GET that comes while KEYS looks through ${KEYS.toLocaleString('en')} keys`,
    'get-behind-scan': 'time of a GET that comes while SCAN does, in steps of 100',
    'get-alone': 'time of a GET alone',
    'del-without-keys': 'calls of DEL without a key that were an error, of one',
  },
  measure: (lab) =>
    withRedis(lab, async (redis) => {
      for (let from = 0; from < KEYS; from += BATCH)
        await redis.mset(Array.from({ length: BATCH }, (_, n) => [`order:${String(from + n)}`, 'x']).flat());
      const other = new Redis(lab.engine('redis').url);
      try {
        const get = (): Promise<number> => timed(() => other.get('order:1'));
        await get();
        const alone = await repeat(ROUNDS, get);
        const behindKeys = await repeat(ROUNDS, async () => {
          const keys = redis.keys('restaurants:*');
          const [waited] = await Promise.all([get(), keys]);
          return waited;
        });
        const behindScan = await repeat(ROUNDS, async () => {
          const scan = scanAll(redis);
          const [waited] = await Promise.all([get(), scan]);
          return waited;
        });
        const refused = await redis.call('DEL').then(
          () => 0,
          () => 1,
        );
        return measurementOf({
          'get-alone': figureOf('ms', alone),
          'get-behind-keys': figureOf('ms', behindKeys),
          'get-behind-scan': figureOf('ms', behindScan),
          'del-without-keys': counted(refused, 1),
        });
      } finally {
        other.disconnect();
      }
    }),
};

async function scanAll(redis: Redis): Promise<void> {
  let cursor = '0';
  do [cursor] = await redis.scan(cursor, 'MATCH', 'restaurants:*', 'COUNT', 100);
  while (cursor !== '0');
}
