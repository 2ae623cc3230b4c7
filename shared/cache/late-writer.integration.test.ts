import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cache } from './index.js';
import { FENCE_MS } from './scripts.js';
import { startCacheBench } from './testing/cache-bench.js';
import type { CacheBench } from './testing/cache-bench.js';

interface Thing {
  readonly name: string;
  readonly version: number;
}

const LIST = { key: 'restaurants:list:page:1', scope: 'restaurants', family: 'list', ttlSeconds: 300 };
const ONE = { key: 'restaurant:1', family: 'restaurant', ttlSeconds: 600 };

describe('a reader who loaded before a write and stores after it', () => {
  let bench: CacheBench;
  let slow: Cache;
  let writer: Cache;
  let stored: Thing = { name: 'old', version: 1 };

  beforeAll(async () => {
    bench = await startCacheBench();
  });
  beforeEach(async () => {
    await bench.reset();
    [slow, writer] = [bench.cache(), bench.cache()];
    stored = { name: 'old', version: 1 };
  });
  afterAll(() => bench.stop());

  /** Reads; `meanwhile` happens after the source was asked and before its answer is stored. */
  const read = (cache: Cache, slot: typeof ONE, meanwhile: () => Promise<void> = () => Promise.resolve()) =>
    cache.fetch({
      ...slot,
      versionOf: ({ version }: Thing) => version,
      async load() {
        const seen = stored;
        await meanwhile();
        return seen;
      },
    });

  async function write(): Promise<void> {
    stored = { name: 'new', version: stored.version + 1 };
    await writer.evict(ONE, stored.version);
    await writer.evictMatching(['restaurants:list:*'], 'restaurants');
  }

  it.each([
    ['one thing', ONE],
    ['a list, whose key did not even exist when it was invalidated', LIST],
  ])('puts nothing old back: %s', async (_what, slot) => {
    expect((await read(slow, slot, write)).value).toEqual({ name: 'old', version: 1 });
    expect(slow.counts().lateWritesRefused).toBe(1);
    expect(await read(slow, slot)).toEqual({ value: { name: 'new', version: 2 }, outcome: 'miss' });
    expect(await read(writer, slot)).toEqual({ value: { name: 'new', version: 2 }, outcome: 'hit' });
  });

  it.each([ONE, LIST])('puts the old value back without the guard, for as long as it lives ($key)', async (slot) => {
    bench.settings = { ...bench.settings, lateWriteGuard: false };
    await read(slow, slot, write);
    expect(await read(writer, slot)).toEqual({ value: { name: 'old', version: 1 }, outcome: 'hit' });
    expect(slow.counts().lateWritesRefused).toBe(0);
  });

  it('does not get away with taking longer than the fence lives', async () => {
    await read(slow, ONE, async () => {
      await write();
      await bench.redis.del('cache:fence:restaurant:1');
      bench.now += FENCE_MS;
    });
    expect(await bench.redis.exists(ONE.key)).toBe(0);
  });

  it('does not take along those who come after the write', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let started = (): void => undefined;
    const loading = new Promise<void>((resolve) => (started = resolve));
    bench.settings = { ...bench.settings, stampede: 'none' };
    const before = read(slow, ONE, () => {
      started();
      return gate;
    });
    await loading;
    await write();
    const after = await read(slow, ONE);
    open();
    expect(after).toEqual({ value: { name: 'new', version: 2 }, outcome: 'miss' });
    expect((await before).value).toMatchObject({ name: 'old' });
    expect(await read(slow, ONE)).toEqual({ value: { name: 'new', version: 2 }, outcome: 'hit' });
  });

  it('is held up by the version even where no fence stands', async () => {
    await bench.cache().renew(ONE, { name: 'newest', version: 7 }, 7);
    await bench.redis.del('cache:fence:restaurant:1');
    await slow.fetch({
      ...ONE,
      fresh: true,
      versionOf: ({ version }: Thing) => version,
      load: () => Promise.resolve(stored),
    });
    expect(await read(slow, ONE)).toEqual({ value: { name: 'newest', version: 7 }, outcome: 'hit' });
  });
});
