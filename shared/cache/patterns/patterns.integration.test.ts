import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/index.js';
import { createPatterns } from '../index.js';
import type { CachePatternName, PatternedCache } from '../index.js';
import { quietLogger, startCacheBench } from '../testing/cache-bench.js';
import type { CacheBench } from '../testing/cache-bench.js';

interface Thing {
  readonly name: string;
  readonly version: number;
}
interface ThingWrite {
  readonly id: string;
  readonly result: Thing;
}

const ID = '1';
const slotOf = (id: string) => ({ key: `thing:${id}`, family: 'thing', ttlSeconds: 600 });

describe('the patterns of a cache', () => {
  let bench: CacheBench;
  let patterned: PatternedCache<Thing, ThingWrite>;
  let pattern: CachePatternName;
  let source: Map<string, Thing>;
  let sourceIsAway: boolean;
  let batches: (readonly ThingWrite[])[];

  beforeAll(async () => {
    bench = await startCacheBench();
  });
  beforeEach(async () => {
    await bench.reset();
    pattern = 'aside';
    source = new Map([[ID, { name: 'first', version: 1 }]]);
    sourceIsAway = false;
    batches = [];
    patterned = process();
  });
  afterEach(async () => {
    sourceIsAway = false;
    await patterned.flush();
  });
  afterAll(() => bench.stop());

  function save({ id, result }: ThingWrite): Thing | undefined {
    if (sourceIsAway) throw new Error('the source is away');
    if (source.get(id)?.version !== result.version - 1) return undefined;
    source.set(id, result);
    return result;
  }

  function process(): PatternedCache<Thing, ThingWrite> {
    return createPatterns<Thing, ThingWrite>({
      cache: bench.cache(),
      logger: quietLogger,
      pattern: () => pattern,
      // Nothing is flushed by time: the tests say when.
      writeBehind: () => ({ flushMs: 60_000, maxPending: 3 }),
      source: {
        slotOf,
        versionOf: ({ version }) => version,
        load: (id) => Promise.resolve(source.get(id)),
        save: (write) => new Promise((resolve) => resolve(save(write))),
        saveAll: (writes) =>
          new Promise((resolve) => {
            const took = writes.filter((write) => save(write));
            batches.push(writes);
            resolve(took.length);
          }),
      },
    });
  }

  const read = () => patterned.read(ID, { fresh: false });
  async function rename(name: string): Promise<Thing | undefined> {
    const present = await patterned.current(ID);
    return patterned.write({ id: ID, result: { name, version: (present?.version ?? 0) + 1 } });
  }

  it.each(['aside', 'read-through', 'write-through', 'write-behind'] as const)(
    '%s lets a writer read what he wrote',
    async (name) => {
      pattern = name;
      expect(await read()).toMatchObject({ value: { name: 'first' }, outcome: 'miss' });
      expect(await rename('second')).toEqual({ name: 'second', version: 2 });
      expect((await read()).value).toEqual({ name: 'second', version: 2 });
    },
  );

  it('aside has the next reader load', async () => {
    await read();
    await rename('second');
    expect((await read()).outcome).toBe('miss');
  });

  it('read-through loads by itself after a write, so that readers hit', async () => {
    pattern = 'read-through';
    await read();
    await rename('second');
    await eventually(async () => expect(await bench.redis.get('thing:1')).toContain('second'));
    expect((await read()).outcome).toBe('hit');
  });

  it('write-through has the new value in the cache before it answers', async () => {
    pattern = 'write-through';
    await rename('second');
    expect(await read()).toEqual({ value: { name: 'second', version: 2 }, outcome: 'hit' });
    expect(source.get(ID)?.version).toBe(2);
  });

  it('write-through keeps the newest of two writes that reach the cache in the wrong order', async () => {
    pattern = 'write-through';
    await rename('second');
    await rename('third');
    await bench.cache().renew(slotOf(ID), { name: 'second', version: 2 }, 2);
    expect((await read()).value).toEqual({ name: 'third', version: 3 });
  });

  it.each(['aside', 'write-through'] as const)('%s says when somebody else was faster', async (name) => {
    pattern = name;
    expect(await patterned.write({ id: ID, result: { name: 'late', version: 7 } })).toBeUndefined();
    expect((await read()).value).toEqual({ name: 'first', version: 1 });
  });

  describe('write-behind', () => {
    beforeEach(() => {
      pattern = 'write-behind';
    });

    it('answers before the source has it, and saves in one batch', async () => {
      await rename('second');
      await rename('third');
      expect(source.get(ID)).toEqual({ name: 'first', version: 1 });
      expect(await read()).toEqual({ value: { name: 'third', version: 3 }, outcome: 'hit' });
      expect(patterned.writeBehind()).toEqual({ pending: 2, saved: 0, batches: 0, lost: 0 });
      await patterned.flush();
      expect(source.get(ID)).toEqual({ name: 'third', version: 3 });
      expect(batches).toHaveLength(1);
      expect(patterned.writeBehind()).toEqual({ pending: 0, saved: 2, batches: 1, lost: 0 });
    });

    it('loses in a crash what it has answered as done: another process never sees it', async () => {
      await rename('second');
      await bench.redis.flushall();
      const survivor = process();
      expect((await survivor.read(ID, { fresh: false })).value).toEqual({ name: 'first', version: 1 });
    });

    it('keeps what waits while the source is away, and is bounded', async () => {
      sourceIsAway = true;
      for (const name of ['second', 'third', 'fourth']) await rename(name);
      await expect(patterned.flush()).rejects.toThrow('away');
      await expect(rename('one too many')).rejects.toThrow('away');
      expect(patterned.writeBehind()).toMatchObject({ pending: 3 });
      sourceIsAway = false;
      await rename('fifth');
      await patterned.flush();
      expect(source.get(ID)).toEqual({ name: 'fifth', version: 5 });
    });

    it('notices two writes to the same version while they wait, and counts what it loses to one past the queue', async () => {
      await rename('second');
      expect(await patterned.write({ id: ID, result: { name: 'late', version: 2 } })).toBeUndefined();
      source.set(ID, { name: 'past the queue', version: 2 });
      await patterned.flush();
      expect(patterned.writeBehind()).toMatchObject({ pending: 0, lost: 1 });
      expect((await read()).value).toEqual({ name: 'past the queue', version: 2 });
    });

    it('saves what waits before another pattern writes', async () => {
      await rename('second');
      pattern = 'aside';
      expect(await rename('third')).toEqual({ name: 'third', version: 3 });
      expect(source.get(ID)).toEqual({ name: 'third', version: 3 });
    });

    it('is read in its own process even when the cache does not have it', async () => {
      await rename('second');
      await bench.redis.flushall();
      expect(await read()).toEqual({ value: { name: 'second', version: 2 }, outcome: 'miss' });
    });
  });

  it('does not call a write failed because the cache is away', async () => {
    await bench.engine.kill();
    try {
      for (const name of ['aside', 'read-through', 'write-through', 'write-behind'] as const) {
        pattern = name;
        expect(await rename(name)).toMatchObject({ name });
      }
    } finally {
      await bench.engine.restart();
    }
  });
});
