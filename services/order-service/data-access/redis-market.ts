import type { connectRedis } from '@quickbite/shared/cache';
import type { Market } from '../domain/surge-pricing.js';
import { z } from 'zod';

/** The size of the cells, 0.7 km2 on average: a few streets. driver-service counts in the same ones. */
const RESOLUTION = 8;

const demandKey = (cell: string): string => `surge:demand:${cell}`;
const supplyKey = (cell: string): string => `surge:supply:${cell}`;
const levelKey = (cell: string): string => `surge:level:${cell}`;
/** What keeps a customer from counting in two cells. */
const cellKey = (customerId: string): string => `orders:demand-cell:${customerId}`;

const storedLevel = z.object({ multiplier: z.number(), demand: z.int(), supply: z.int(), setAt: z.number() });

type Redis = ReturnType<typeof connectRedis>;
type Pipeline = ReturnType<Redis['pipeline']>;

/** Demand and supply of H3 cells in Redis, from sorted sets by time, and the multiplier that holds in each. */
export function createRedisMarket(redis: Redis, now: () => Date): Market {
  return {
    async cellOf({ coordinates: [lng, lat] }) {
      // Loaded with the first price: the start of the service does not wait for it.
      const { latLngToCell } = await import('h3-js');
      return latLngToCell(lat, lng, RESOLUTION);
    },
    async enter(cell, customerId, demandMs) {
      const before = await redis.set(cellKey(customerId), cell, 'PX', demandMs, 'GET');
      const time = now().getTime();
      const key = demandKey(cell);
      const moved = before !== null && before !== cell;
      const [level] = await run(redis, (pipeline) => {
        pipeline.get(levelKey(cell));
        if (moved) pipeline.zrem(demandKey(before), customerId);
        pipeline.zadd(key, time, customerId).zremrangebyscore(key, '-inf', time - demandMs);
        pipeline.pexpire(key, demandMs);
      });
      return typeof level === 'string' ? storedLevel.parse(JSON.parse(level)) : undefined;
    },
    async count(cell, since) {
      const { gridDisk } = await import('h3-js');
      const ring = gridDisk(cell, 1).filter((one) => one !== cell);
      const counts = await run(redis, (pipeline) => {
        for (const one of [cell, ...ring])
          pipeline.zcount(demandKey(one), since.demand, '+inf').zcount(supplyKey(one), since.supply, '+inf');
      });
      const countAt = (index: number) => ({
        demand: Number(counts[2 * index]),
        supply: Number(counts[2 * index + 1]),
      });
      return { own: countAt(0), neighbours: ring.map((_, index) => countAt(index + 1)) };
    },
    async setLevel(cell, level, forMs) {
      await redis.set(levelKey(cell), JSON.stringify(level), 'PX', forMs);
    },
  };
}

/** Sends commands together. Throws the first error among the answers. */
async function run(redis: Redis, add: (pipeline: Pipeline) => void): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  add(pipeline);
  return ((await pipeline.exec()) ?? []).map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}
