import { setTimeout as delay } from 'node:timers/promises';
import type { StartedStack } from '@quickbite/runtime/stack';
import { isFailed } from '../load/index.js';
import type { Sample, TestData, Traffic } from '../load/index.js';
import { setStage } from '../load/cast.js';
import type { Stage } from '../load/cast.js';
import { startOpenModel } from '../load/open-model.js';
import { driveOrder } from '../load/order-journey.js';
import { seededRandom } from '../load/random.js';
import { readRestaurant } from '../load/restaurants.js';
import { setTheScene } from '../load/set-the-scene.js';
import { waitUntil } from '../probes/wait-until.js';
import type { OnProgress } from './events.js';
import { gatewaysOf } from './gateways.js';
import { Inconclusive } from './inconclusive.js';
import type { CastSize } from './scenario.js';

/** Options of `preflight` and `steadyState`. */
export interface PreflightOptions {
  readonly stack: StartedStack;
  readonly traffic: Traffic | undefined;
  readonly cast: CastSize;
  readonly seed: number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** What preflight leaves behind for the arms and for the last look. */
export interface Rehearsed {
  readonly stage: Stage;
  readonly data: TestData;
  /** Lets a customer do once more what preflight saw work: a real order where the stack has all that it takes. */
  actAgain(): Promise<void>;
}

const ORDERS = 3;
const READY_MS = 10_000;
const TRAFFIC_MS = 1_000;
/** Longer than any timeout between the services. */
export const REQUEST_TIMEOUT_MS = 15_000;
/** What it takes to bring an order from the basket to the door. */
const ORDERING = ['order-service', 'driver-service', 'notification-service', 'payment-provider'] as const;

/**
 * Makes sure that the stack is whole before anything is broken: every process ready, real orders delivered (in a stack
 * without all the services for that: restaurants read), the scenario's own traffic without an error. Anything else makes the
 * run inconclusive.
 */
export async function preflight(options: PreflightOptions): Promise<Rehearsed> {
  const { stack, cast, signal, onProgress } = options;
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const started = Date.now();
    const result = await asDoubt(`Preflight: ${what}`, signal, work);
    onProgress({ type: 'preflight-step', what, ms: Date.now() - started });
    return result;
  };
  onProgress({ type: 'preflight-started' });
  await step(`${String(stack.processes.length)} processes ready`, () => everyProcessReady(stack, signal));
  const stage = setStage(stack.process('api-gateway').url, signal);
  const has = (service: string): boolean => stack.processes.some(({ name }) => name === service);
  const drivers = has('driver-service') ? cast.drivers : 0;
  const people = `${String(cast.customers)} customers${drivers > 0 ? ` and ${String(drivers)} drivers` : ''}`;
  const data = await step(`${String(cast.restaurants)} restaurants opened, for ${people}`, () =>
    setTheScene(stage, { ...cast, drivers }),
  );
  const actors = data.customers.slice(0, ORDERS);
  const orders = ORDERING.every(has);
  const act = (n: number): Promise<void> => {
    const customer = at(data.customers, n % data.customers.length);
    const restaurant = at(data.restaurants, n % data.restaurants.length);
    return orders ? driveOrder(stage, data, customer, restaurant) : readRestaurant(stage, restaurant.id);
  };
  await step(`${String(actors.length)} ${orders ? 'orders delivered' : 'restaurants read'}`, () =>
    Promise.all(actors.map((_, n) => act(n))),
  );
  if (options.traffic)
    await step('the traffic of the experiment without an error', () => trafficIsClean(options, data));
  return { stage, data, actAgain: () => act(0) };
}

/** The same look again, after something was undone: every process ready, the traffic without an error. */
export async function steadyState(options: PreflightOptions, rehearsed: Rehearsed, thorough: boolean): Promise<void> {
  await asDoubt('The steady state did not return', options.signal, async () => {
    await everyProcessReady(options.stack, options.signal);
    await trafficIsClean(options, rehearsed.data);
    if (thorough) await rehearsed.actAgain();
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

async function trafficIsClean({ stack, traffic, seed, signal }: PreflightOptions, data: TestData): Promise<void> {
  if (!traffic) return;
  const plan = traffic.plan(data, seededRandom(seed + 1));
  const load = startOpenModel({ targets: gatewaysOf(stack), plan, timeoutMs: REQUEST_TIMEOUT_MS });
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
