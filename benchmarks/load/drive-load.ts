import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EventPlan, EventResult } from './event-plan.js';
import type { LoadPlan, LoadResult } from './load-plan.js';

/**
 * Makes a load in a worker of its own and waits for what comes of it.
 * @param root of the checkout
 * @throws the signal's reason when it aborts; the load has ended then
 */
export const driveLoad = (root: string, plan: LoadPlan, signal: AbortSignal): Promise<LoadResult> =>
  inWorker(root, 'worker.js', plan, signal);

/** The same for events. */
export const driveEvents = (root: string, plan: EventPlan, signal: AbortSignal): Promise<EventResult> =>
  inWorker(root, 'event-worker.js', plan, signal);

async function inWorker<R>(root: string, script: string, plan: unknown, signal: AbortSignal): Promise<R> {
  signal.throwIfAborted();
  const worker = new Worker(path.join(root, 'benchmarks', 'dist', 'load', script), { workerData: plan });
  try {
    const [result] = (await once(worker, 'message', { signal })) as [R];
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}
