import type { Logger } from '@quickbite/shared/logging';
import type { ChainableCommander, Redis } from 'ioredis';
import type { Driver } from '../domain/driver.js';
import type { Supply } from '../domain/presence.js';

/** The size of the cells, 0.7 km2 on average: a few streets. */
const RESOLUTION = 8;
/** Commands of this many drivers go in one round trip. */
const BATCH = 500;
/** What keeps a driver from counting in two cells: the one where they count now. */
const cellKey = (driverId: string): string => `drivers:supply-cell:${driverId}`;
const supplyKey = (cell: string): string => `surge:supply:${cell}`;

/**
 * The drivers to be had, in one sorted set for each H3 cell, by when they were last seen. Sets and entries end by themselves
 * when nobody is seen any more.
 * @param options.lifetimeMs how long somebody counts who is not seen; asked for at each use
 */
export function createRedisSupply(options: {
  readonly redis: Redis;
  readonly logger: Logger;
  readonly lifetimeMs: () => number;
  readonly now: () => Date;
}): Supply {
  const { redis, logger, lifetimeMs, now } = options;

  async function count(drivers: readonly Driver[]): Promise<void> {
    // Loaded with the first position: the start of the service does not wait for it.
    const { latLngToCell } = await import('h3-js');
    const at = now().getTime();
    const lifetime = lifetimeMs();
    const cells = drivers.map(({ status, location: { coordinates } }) =>
      status === 'available' ? latLngToCell(coordinates[1], coordinates[0], RESOLUTION) : undefined,
    );
    const before = await run(redis.pipeline(), (pipeline) => {
      for (const [index, { id }] of drivers.entries()) {
        const cell = cells[index];
        if (cell === undefined) pipeline.getdel(cellKey(id));
        else pipeline.set(cellKey(id), cell, 'PX', lifetime, 'GET');
      }
    });
    await run(redis.pipeline(), (pipeline) => {
      for (const [index, { id }] of drivers.entries()) {
        const [from, to] = [before[index], cells[index]];
        if (typeof from === 'string' && from !== to) pipeline.zrem(supplyKey(from), id);
        if (to !== undefined) pipeline.zadd(supplyKey(to), at, id);
      }
      for (const cell of new Set(cells)) {
        if (cell === undefined) continue;
        pipeline.zremrangebyscore(supplyKey(cell), '-inf', at - lifetime);
        pipeline.pexpire(supplyKey(cell), lifetime);
      }
    });
  }

  async function forget(driverId: string): Promise<void> {
    const cell = await redis.getdel(cellKey(driverId));
    if (cell !== null) await redis.zrem(supplyKey(cell), driverId);
  }

  const inBackground = (work: Promise<void>): void =>
    void work.catch((error: unknown) => logger.debug('the supply of drivers was not updated', { error }));

  return {
    seen(drivers) {
      for (let from = 0; from < drivers.length; from += BATCH) inBackground(count(drivers.slice(from, from + BATCH)));
    },
    gone: (driverId) => inBackground(forget(driverId)),
  };
}

/** Sends commands together. Throws the first error among the answers. */
async function run(pipeline: ChainableCommander, add: (pipeline: ChainableCommander) => void): Promise<unknown[]> {
  add(pipeline);
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}
