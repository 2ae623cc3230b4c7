import { setTimeout as delay } from 'node:timers/promises';
import type { StartedStack } from '@quickbite/runtime/stack';
import { isFailed } from '../load/index.js';
import type { Sample, TestData, Traffic } from '../load/index.js';
import { register, setStage } from '../load/cast.js';
import type { Stage } from '../load/cast.js';
import { startOpenModel } from '../load/open-model.js';
import { driveOrder, goOnDuty } from '../load/order-journey.js';
import type { Cast } from '../load/order-journey.js';
import { seededRandom } from '../load/random.js';
import { openRestaurants } from '../load/restaurants.js';
import type { Restaurant } from '../load/restaurants.js';
import { waitUntil } from '../probes/wait-until.js';
import type { OnProgress } from './events.js';
import { Inconclusive } from './inconclusive.js';

/** Options of `preflight` and `steadyState`. */
export interface PreflightOptions {
  readonly stack: StartedStack;
  readonly traffic: Traffic;
  readonly seed: number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** What preflight leaves behind for the arms and for the last look. */
export interface Rehearsed {
  readonly data: TestData;
  /** Drives one more real order through the stack. */
  orderAgain(): Promise<void>;
}

const ORDERS = 3;
const RESTAURANTS = 20;
const READY_MS = 10_000;
const TRAFFIC_MS = 1_000;
/** Longer than any timeout between the services. */
export const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Makes sure that the stack is whole before anything is broken: every process ready, real orders delivered, the
 * scenario's own traffic without an error. Anything else makes the run inconclusive.
 */
export async function preflight(options: PreflightOptions): Promise<Rehearsed> {
  const { stack, signal, onProgress } = options;
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const started = Date.now();
    const result = await asDoubt(`Preflight: ${what}`, signal, work);
    onProgress({ type: 'preflight-step', what, ms: Date.now() - started });
    return result;
  };
  onProgress({ type: 'preflight-started' });
  await step(`${String(stack.processes.length)} processes ready`, () => everyProcessReady(stack, signal));
  const stage = setStage(stack.process('api-gateway').url, signal);
  const { cast, restaurants } = await step(`${String(RESTAURANTS)} restaurants opened`, () => setTheScene(stage));
  await step(`${String(ORDERS)} orders delivered`, () =>
    Promise.all(cast.customers.map((customer, n) => driveOrder(stage, cast, customer, at(restaurants, n)))),
  );
  const data = { restaurantIds: restaurants.map((restaurant) => restaurant.id) };
  await step('the traffic of the experiment without an error', () => trafficIsClean(options, data));
  return { data, orderAgain: () => driveOrder(stage, cast, at(cast.customers, 0), at(restaurants, 0)) };
}

/** The same look again, after something was undone: every process ready, the traffic without an error. */
export async function steadyState(options: PreflightOptions, rehearsed: Rehearsed, thorough: boolean): Promise<void> {
  await asDoubt('The steady state did not return', options.signal, async () => {
    await everyProcessReady(options.stack, options.signal);
    await trafficIsClean(options, rehearsed.data);
    if (thorough) await rehearsed.orderAgain();
  });
}

async function everyProcessReady(stack: StartedStack, signal: AbortSignal): Promise<void> {
  await Promise.all(
    stack.processes.map(async (process) => {
      let reason = '';
      const ready = await waitUntil(
        async () => {
          const look = await process.probe();
          if (look.ready) return true;
          reason = look.reason;
          return undefined;
        },
        { withinMs: READY_MS, signal },
      );
      if (!ready) throw new Inconclusive(`${process.name} is not ready: ${reason}`);
    }),
  );
}

async function setTheScene(stage: Stage): Promise<{ cast: Cast; restaurants: readonly Restaurant[] }> {
  const names = Array.from({ length: ORDERS }, (_, n) => String(n + 1));
  const [owner, customers, drivers] = await Promise.all([
    register(stage, 'restaurant_owner', 'Olivia Owner'),
    Promise.all(names.map((n) => register(stage, 'customer', `Carl Customer ${n}`))),
    Promise.all(names.map(async (n) => goOnDuty(stage, await register(stage, 'driver', `Dora Driver ${n}`)))),
  ]);
  return { cast: { owner, customers, drivers }, restaurants: await openRestaurants(stage, owner, RESTAURANTS) };
}

async function trafficIsClean({ stack, traffic, seed, signal }: PreflightOptions, data: TestData): Promise<void> {
  const plan = traffic.plan(data, seededRandom(seed + 1));
  const load = startOpenModel({ baseUrl: stack.process('api-gateway').url, plan, timeoutMs: REQUEST_TIMEOUT_MS });
  try {
    await delay(TRAFFIC_MS, undefined, { signal });
  } finally {
    await load.stop(signal.aborted ? 'abandon' : 'drain');
  }
  const failed = load.samples.filter(isFailed);
  if (failed.length > 0)
    throw new Inconclusive(
      `${String(failed.length)} of ${String(load.samples.length)} requests failed, the first with ${describe(failed[0])}`,
    );
}

function describe(sample: Sample | undefined): string {
  return sample?.status === undefined
    ? (sample?.error ?? 'nothing')
    : `${String(sample.status)} instead of ${String(sample.expected)}`;
}

/** What goes wrong here says that the stack is not whole, which is a doubt about the run and not a defect of the lab. */
async function asDoubt<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw new Inconclusive(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function at<T>(items: readonly T[], n: number): T {
  const item = items[n];
  if (item === undefined)
    throw new RangeError(`Expected at least ${String(n + 1)} items, got ${String(items.length)}.`);
  return item;
}
