import { AsyncResource } from 'node:async_hooks';
import mongoose from 'mongoose';

/** What became of each call of a batch, in their order: its result, or the error that it alone failed with. */
export type BatchResults<Result> = readonly (Result | BatchError)[];

/** Fails one call of a batch, and not the others. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
}

interface Call<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const defaults = { atMost: 100, withinMs: 10_000 } as const;

/**
 * Makes one round trip of many, as databases make one write of many commits (group commit): calls of the same moment go together,
 * and those that come while a batch is under way wait for it and are the next. With little to do each call goes alone and at once;
 * the more there is, the larger the batches. No call is part of a batch that began before it: what it reads is not older than the call.
 * @param run does a batch; what it throws fails all of its calls
 * @param options.withinMs how long a batch may take: the driver (7.8) may wait for ever on a connection that ended under it, and all
 * others would wait with it. Its calls fail then as those whose answer did not come: nobody knows what was done.
 */
export function batched<Item, Result>(
  run: (items: readonly Item[]) => Promise<BatchResults<Result>>,
  options: { readonly atMost?: number; readonly withinMs?: number } = {},
): (item: Item) => Promise<Result> {
  const { atMost = defaults.atMost, withinMs = defaults.withinMs } = options;
  const waiting: Call<Item, Result>[] = [];
  let running = false;

  async function runAll(): Promise<void> {
    while (waiting.length > 0) {
      const calls = waiting.splice(0, atMost);
      try {
        const results = await within(withinMs, run(calls.map(({ item }) => item)));
        if (results.length !== calls.length)
          throw new TypeError(`expected ${calls.length} results of a batch, got ${results.length}`);
        calls.forEach(({ resolve, reject }, n) => {
          const result = results[n] as Result | BatchError;
          if (result instanceof BatchError) reject(result.cause);
          else resolve(result);
        });
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
    }
    running = false;
  }
  // A batch is many requests' and belongs to none of them.
  const start = AsyncResource.bind(() => void runAll());

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      // Not with `setImmediate`: a connection that has just ended is not known as such there.
      process.nextTick(start);
    });
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new mongoose.mongo.MongoNetworkTimeoutError(`no answer to a batch within ${ms} ms`);
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
