import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isOutage } from '../events/index.js';
import { BatchError, batched } from './batched.js';

/** Doubles numbers, a batch at a time, when it is let. */
function doubling({ atMost }: { readonly atMost?: number } = {}) {
  const batches: (readonly number[])[] = [];
  const finish: (() => void)[] = [];
  const double = batched(
    async (items: readonly number[]) => {
      batches.push(items);
      await new Promise<void>((resolve) => finish.push(resolve));
      return items.map((item) => item * 2);
    },
    atMost === undefined ? {} : { atMost },
  );
  const next = async (): Promise<void> => {
    while (finish.length === 0) await nextTurn();
    finish.shift()?.();
  };
  return { double, batches, next };
}

describe('batched calls', () => {
  it('of the same moment go together, and each gets its own result', async () => {
    const { double, batches, next } = doubling();
    const results = Promise.all([1, 2, 3].map(double));
    await next();
    expect(await results).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('that come while a batch is under way wait for it, and are the next', async () => {
    const { double, batches, next } = doubling();
    const first = double(1);
    while (batches.length === 0) await nextTurn();
    const others = Promise.all([2, 3].map(double));
    await nextTurn();
    expect(batches).toEqual([[1]]);
    await next();
    await next();
    expect([await first, ...(await others)]).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('are made again and again, and no batch is larger than the limit', async () => {
    const { double, batches, next } = doubling({ atMost: 2 });
    const results = Promise.all([1, 2, 3].map(double));
    await next();
    await next();
    expect(await results).toEqual([2, 4, 6]);
    const later = double(4);
    await next();
    expect(await later).toBe(8);
    expect(batches).toEqual([[1, 2], [3], [4]]);
  });

  it('fail together when the batch does, and the next batch is made all the same', async () => {
    let away = true;
    const call = batched((items: readonly number[]) =>
      away ? Promise.reject(new Error('the database is away')) : Promise.resolve(items),
    );
    const settled = await Promise.allSettled([1, 2].map(call));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    away = false;
    expect(await call(3)).toBe(3);
  });

  it('fail alone where the batch says so', async () => {
    const cause = new Error('too long');
    const call = batched((items: readonly number[]) =>
      Promise.resolve(items.map((item) => (item === 2 ? new BatchError('refused', { cause }) : item))),
    );
    const [one, two, three] = await Promise.allSettled([1, 2, 3].map(call));
    expect([one, three]).toEqual([1, 3].map((value) => ({ status: 'fulfilled', value })));
    expect(two).toEqual({ status: 'rejected', reason: cause });
  });

  it('that no answer comes to fail in time, as an outage does, and keep nobody waiting', async () => {
    const call = batched(
      (items: readonly number[]) => (items.includes(1) ? new Promise<never>(() => undefined) : Promise.resolve(items)),
      { atMost: 1, withinMs: 50 },
    );
    const [stuck, next] = await Promise.allSettled([1, 2].map(call));
    expect(stuck).toMatchObject({ status: 'rejected', reason: { name: 'MongoNetworkTimeoutError' } });
    expect(isOutage((stuck as PromiseRejectedResult).reason)).toBe(true);
    expect(next).toEqual({ status: 'fulfilled', value: 2 });
  });

  it('of which a result is missing fail instead of getting that of another', async () => {
    const call = batched((items: readonly number[]) => Promise.resolve(items.slice(1)));
    await expect(Promise.all([1, 2].map(call))).rejects.toThrow('expected 2 results of a batch, got 1');
  });

  it('belong to no request: what one of them carries is not passed on to the others', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const call = batched((items: readonly number[]) => {
      seen.push(requests.getStore());
      return Promise.resolve(items);
    });
    await requests.run('the first', () => call(1));
    expect(seen).toEqual([undefined]);
  });
});
