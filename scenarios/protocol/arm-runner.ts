import { setTimeout as delay } from 'node:timers/promises';
import { isFailed, latencyOf, percentile, Samples } from '../load/index.js';
import type { Sample } from '../load/index.js';
import { startOpenModel } from '../load/open-model.js';
import type { RunningLoad } from '../load/open-model.js';
import { seededRandom } from '../load/random.js';
import { openReaders } from '../readers/index.js';
import type { ArmName } from './arm.js';
import type { ArmOptions } from './arm-options.js';
import type { PhaseSummary } from './events.js';
import { gatewaysOf } from './gateways.js';
import { ArmMeasurements } from './measurements.js';
import type { PhaseRecord } from './measurements.js';
import type { Reading } from './observer.js';
import { assemblePlayers } from './players.js';
import type { Players } from './players.js';
import { REQUEST_TIMEOUT_MS } from './preflight.js';
import { Telling } from './telling.js';

const READ_EVERY_MS = 150;
const TICK_MS = 500;
const RECENT_MS = 1_000;

/**
 * Tells the story once, under load. Whatever it leaves broken when it fails or is aborted is still in the journal: undoing
 * that is the caller's part.
 */
export async function runArm(options: ArmOptions): Promise<ArmMeasurements> {
  const { experiment, arm, stack, stage, signal } = options;
  const stop = new AbortController();
  const readings = new Map(experiment.observers.map((observer) => [observer.name, [] as Reading<unknown>[]]));
  const load = startLoad(options);
  const players = assemblePlayers(stack, stage, signal);
  const readers = openReaders(stack);
  const observing = Promise.all(
    experiment.observers.map((observer) =>
      observe(readings.get(observer.name) ?? [], () => observer.read(stack), stop.signal),
    ),
  );
  const samplesNow = (): readonly Sample[] => [...load.samples, ...players.samples];
  const telling = new Telling({
    ...options,
    startedAt: load.startedAt,
    players,
    readers,
    onPhaseEnd: (phase) => options.onProgress({ type: 'phase-finished', summary: summarise(arm, phase, samplesNow()) }),
  });
  const ticking = setInterval(() => tick(options, telling, load, players, readings), TICK_MS);
  try {
    await experiment.story(telling);
    signal.throwIfAborted();
  } finally {
    clearInterval(ticking);
    stop.abort();
    await Promise.all([load.stop(signal.aborted ? 'abandon' : 'drain'), observing, players.close(), readers.close()]);
  }
  return new ArmMeasurements({
    arm,
    startedAt: load.startedAt,
    endedAt: telling.plannedEnd,
    samples: samplesNow(),
    phases: telling.phases,
    faults: telling.healed,
    variants: telling.variants,
    values: telling.values,
    readings,
  });
}

/** The load of the experiment; one that sends nothing where the story alone acts. */
function startLoad({ experiment, stack, data, seed }: ArmOptions): RunningLoad {
  const plan = experiment.traffic?.plan(data, seededRandom(seed)) ?? [].values();
  return startOpenModel({ targets: gatewaysOf(stack), plan, timeoutMs: REQUEST_TIMEOUT_MS });
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

function tick(
  { arm, experiment, onProgress }: ArmOptions,
  { current }: Telling,
  load: RunningLoad,
  players: Players,
  readings: ReadonlyMap<string, readonly Reading<unknown>[]>,
): void {
  if (!current) return;
  const now = Date.now();
  const recent = [...load.samples, ...players.samples].filter((sample) => sample.doneAt > now - RECENT_MS);
  const latencies = recent.map(latencyOf);
  onProgress({
    type: 'tick',
    tick: {
      arm,
      phase: current.name,
      elapsedMs: now - current.startedAt,
      lastsMs: current.lastsMs,
      done: recent.length,
      failed: recent.filter(isFailed).length,
      p50: percentile(latencies, 50),
      p99: percentile(latencies, 99),
      waiting: load.waiting,
      observed: experiment.observers.flatMap((observer) => {
        const last = readings.get(observer.name)?.at(-1);
        return last ? [{ label: observer.label, value: observer.show(last.value) }] : [];
      }),
    },
  });
}

function summarise(arm: ArmName, phase: PhaseRecord, samples: readonly Sample[]): PhaseSummary {
  const all = new Samples(samples);
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
