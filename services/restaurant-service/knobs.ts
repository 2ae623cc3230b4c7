import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';
import { menuLookups, menuStorages } from './domain/menu-storage.js';

/** The defences of restaurant-service that a lab can turn off, and the alternatives that it can compare. */
export const knobs = {
  'cache.enabled': knob(
    z.boolean(),
    true,
    'Whether reads go through the Redis cache; off, each one goes to MongoDB. Writes invalidate either way.',
  ),
  'cache.pattern': knob(
    z.enum(['aside', 'read-through', 'write-through', 'write-behind']),
    'aside',
    'How a single restaurant goes between cache and MongoDB: a change deletes the copy (aside), deletes and reloads it (read-through), or replaces it (write-through); write-behind answers before MongoDB has it, and a crash loses it.',
  ),
  'cache.stampede': knob(
    z.enum(['none', 'lock', 'early', 'stale-while-revalidate']),
    'lock',
    'What keeps many readers of one missing copy from all asking MongoDB: nothing, a lock in Redis, a random early refresh (XFetch), or serving the expired copy while one reader refreshes it.',
  ),
  'cache.coalesce': knob(
    z.boolean(),
    true,
    'Whether readers in this process who miss the same key wait for one load; off, each of them goes on by itself.',
  ),
  'cache.lockMs': knob(
    z.int().min(50).max(30_000),
    3000,
    'Milliseconds after which the lock of a rebuild frees itself, and for which the others wait for its result.',
  ),
  'cache.earlyBeta': knob(
    z.number().min(0).max(100),
    1,
    'How eagerly the strategy early refreshes: above 1 sooner before the end, below 1 later, 0 never.',
  ),
  'cache.staleSeconds': knob(
    z.number().min(0).max(3600),
    60,
    'Seconds for which stale-while-revalidate serves a copy after it expired.',
  ),
  'cache.negativeTtlSeconds': knob(
    z.number().min(0).max(3600),
    30,
    'Seconds to remember that a restaurant does not exist; 0: each request for one that does not exist goes to MongoDB.',
  ),
  'cache.invalidate.atOnce': knob(
    z.boolean(),
    true,
    'Whether a change deletes the copies before it is answered, with every pattern but write-through and write-behind, which replace that of the restaurant.',
  ),
  'cache.invalidate.byEvent': knob(
    z.boolean(),
    true,
    'Whether the event of a change deletes the copies, again and until it works; off, it is consumed and nothing happens.',
  ),
  'cache.lateWriteGuard': knob(
    z.boolean(),
    true,
    'Whether a copy that was loaded before a change is refused when it arrives after it; off, a slow reader puts the old value back.',
  ),
  'cache.jitter': knob(
    z.number().min(0).max(0.5),
    0.1,
    'Share by which times to live are spread up and down; 0: copies made together expire together.',
  ),
  'cache.ttlScale': knob(
    z.number().min(0.001).max(10),
    1,
    'What the times to live of copies are multiplied with, so that a lab sees in seconds what takes minutes.',
  ),
  'cache.timeoutMs': knob(
    z.int().min(1).max(5000),
    100,
    'Milliseconds that Redis may take for a command before the read goes on without it.',
  ),
  'cache.breaker.enabled': knob(
    z.boolean(),
    true,
    'Whether a breaker stops asking a Redis that keeps failing; off, each read waits for its timeout.',
  ),
  'cache.failOpen': knob(
    z.boolean(),
    true,
    'Whether a read goes to MongoDB when Redis gives no answer; off, it fails with 503, as where a cache is taken for a database.',
  ),
  'cache.writeBehind.flushMs': knob(
    z.int().min(10).max(60_000),
    500,
    'Milliseconds that a change waits in memory with the pattern write-behind: what a crash can lose.',
  ),
  'cache.writeBehind.maxPending': knob(
    z.int().min(1).max(10_000),
    100,
    'Changes that may wait with the pattern write-behind; the next one waits until they are saved.',
  ),
  'mongo.maxPoolSize': knob(
    z.int().min(1).max(1000),
    100,
    'Connections to MongoDB that operations may use at once, the driver has 100 as well; a change reconnects, and fails what is under way.',
  ),
  'mongo.waitQueueMs': knob(
    z.int().min(0).max(60_000),
    5000,
    'Milliseconds that an operation may wait for a connection before it fails with 503; 0: for as long as it takes. A change reconnects.',
  ),
  'menu.storage': knob(
    z.enum(menuStorages),
    'embedded',
    'Where a menu that is made or changed is stored: in the document of its restaurant, or (referenced) each dish in one of its own, which readers can catch half-written.',
  ),
  'menu.lookup': knob(
    z.enum(menuLookups),
    'together',
    'How referenced dishes are read with their restaurant: in one more query, in the same one with $lookup (join), or each in a query of its own.',
  ),
};
