import { setTimeout as delay } from 'node:timers/promises';
import type { StartedStack } from '@quickbite/runtime/stack';
import { faults } from '../faults/index.js';
import { isFailed, latencyOf, percentile, Samples } from '../load/index.js';
import type { TestData } from '../load/index.js';
import { startOpenModel } from '../load/open-model.js';
import type { RunningLoad } from '../load/open-model.js';
import { seededRandom } from '../load/random.js';
import type { ArmName, ArmRun } from './arm.js';
import { injectFault, undo } from './disturbances.js';
import type { ProvedFault } from './disturbances.js';
import type { OnProgress, PhaseSummary } from './events.js';
import type { Journal } from './journal.js';
import { ArmMeasurements } from './measurements.js';
import type { FaultRecord, PhaseRecord } from './measurements.js';
import type { Reading } from './observer.js';
import { REQUEST_TIMEOUT_MS } from './preflight.js';
import type { Experiment } from './scenario.js';

/** Options of `runArm`. */
export interface ArmOptions {
  readonly experiment: Experiment;
  readonly arm: ArmName;
  readonly stack: StartedStack;
  readonly journal: Journal;
  readonly data: TestData;
  readonly seed: number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

const READ_EVERY_MS = 150;
const TICK_MS = 500;
const RECENT_MS = 1_000;

/**
 * Tells the story once, under load. Whatever it leaves broken when it fails or is aborted is still in the journal: undoing
 * that is the caller's part.
 */
export async function runArm(options: ArmOptions): Promise<ArmMeasurements> {
  const { experiment, arm, stack, data, seed, signal } = options;
  const plan = experiment.traffic.plan(data, seededRandom(seed));
  const stop = new AbortController();
  const readings = new Map(experiment.observers.map((observer) => [observer.name, [] as Reading<unknown>[]]));
  const load = startOpenModel({ baseUrl: stack.process('api-gateway').url, plan, timeoutMs: REQUEST_TIMEOUT_MS });
  const observing = Promise.all(
    experiment.observers.map((observer) =>
      observe(readings.get(observer.name) ?? [], () => observer.read(stack), stop.signal),
    ),
  );
  const telling = new Telling(options, load, readings);
  const ticking = setInterval(() => telling.tick(), TICK_MS);
  try {
    await experiment.story(telling);
    signal.throwIfAborted();
  } finally {
    clearInterval(ticking);
    stop.abort();
    await Promise.all([load.stop(signal.aborted ? 'abandon' : 'drain'), observing]);
  }
  return new ArmMeasurements({
    arm,
    startedAt: load.startedAt,
    endedAt: telling.plannedEnd,
    samples: load.samples,
    phases: telling.phases,
    faults: telling.healed,
    readings,
  });
}

/** Reads until told to stop. A reading that fails is a gap in the series, not the end of the arm. */
async function observe(into: Reading<unknown>[], read: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const value = await read();
      into.push({ at: Date.now(), value });
    } catch {
      // The gap shows in the series; a check that needs the reading will be undecided.
    }
    await delay(READ_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

class Telling implements ArmRun {
  readonly phases: PhaseRecord[] = [];
  readonly healed: FaultRecord[] = [];
  plannedEnd: number;
  readonly #options: ArmOptions;
  readonly #load: RunningLoad;
  readonly #readings: ReadonlyMap<string, readonly Reading<unknown>[]>;
  readonly #inEffect: ProvedFault[] = [];
  #current: { readonly name: string; readonly startedAt: number; readonly lastsMs: number } | undefined;

  constructor(options: ArmOptions, load: RunningLoad, readings: ReadonlyMap<string, readonly Reading<unknown>[]>) {
    this.#options = options;
    this.#load = load;
    this.#readings = readings;
    this.plannedEnd = load.startedAt;
  }

  async phase(
    name: string,
    { what, lastsMs }: { what: string; lastsMs: number },
    body?: () => Promise<void>,
  ): Promise<void> {
    const { arm, onProgress, signal } = this.#options;
    signal.throwIfAborted();
    const startedAt = this.plannedEnd;
    this.#current = { name, startedAt, lastsMs };
    onProgress({ type: 'phase-started', arm, phase: name, what, lastsMs });
    await body?.();
    this.plannedEnd = Math.max(startedAt + lastsMs, Date.now());
    await delay(Math.max(0, startedAt + lastsMs - Date.now()), undefined, { signal });
    const record = { name, what, startedAt, endedAt: this.plannedEnd };
    this.phases.push(record);
    onProgress({ type: 'phase-finished', summary: summarise(arm, record, this.#load) });
  }

  async inject(plan: Parameters<ArmRun['inject']>[0]): Promise<void> {
    const { stack, journal, experiment, arm, onProgress, signal } = this.#options;
    signal.throwIfAborted();
    const proved = await injectFault(stack, journal, `scenario ${experiment.card.id}`, plan);
    this.#inEffect.push(proved);
    onProgress({
      type: 'fault-proved',
      arm,
      plan,
      description: faults[plan.fault].describe(plan.target),
      proof: proved.proof,
    });
  }

  async heal(): Promise<void> {
    const { stack, journal, arm, onProgress } = this.#options;
    for (const proved of this.#inEffect.splice(0).reverse()) {
      const { entry, fault, target, injectedAt, provedAt, proof } = proved;
      const healedAt = Date.now();
      const proofOfHealing = await undo(stack, entry.disturbance);
      await journal.settle(entry);
      const readyAt = Date.now();
      this.healed.push({ fault, target, injectedAt, provedAt, proof, healedAt, readyAt, proofOfHealing });
      onProgress({ type: 'fault-healed', arm, plan: { fault, target }, ms: readyAt - healedAt });
    }
  }

  tick(): void {
    if (!this.#current) return;
    const { arm, experiment, onProgress } = this.#options;
    const now = Date.now();
    const recent = this.#load.samples.filter((sample) => sample.doneAt > now - RECENT_MS);
    const latencies = recent.map(latencyOf);
    onProgress({
      type: 'tick',
      tick: {
        arm,
        phase: this.#current.name,
        elapsedMs: now - this.#current.startedAt,
        lastsMs: this.#current.lastsMs,
        done: recent.length,
        failed: recent.filter(isFailed).length,
        p50: percentile(latencies, 50),
        p99: percentile(latencies, 99),
        waiting: this.#load.waiting,
        observed: experiment.observers.flatMap((observer) => {
          const last = this.#readings.get(observer.name)?.at(-1);
          return last ? [{ label: observer.label, value: observer.show(last.value) }] : [];
        }),
      },
    });
  }
}

function summarise(arm: ArmName, phase: PhaseRecord, load: RunningLoad): PhaseSummary {
  const all = new Samples(load.samples);
  const of = all.where((sample) => sample.doneAt >= phase.startedAt && sample.doneAt < phase.endedAt);
  return {
    arm,
    phase: phase.name,
    ms: phase.endedAt - phase.startedAt,
    offered: of.count,
    answered: of.answered.count,
    failed: of.failed.count,
    fallbacks: of.fallbacks.count,
    p50: of.latency(50),
    p99: of.latency(99),
    peakWaiting: all.peakWaiting(phase.startedAt, phase.endedAt),
  };
}
