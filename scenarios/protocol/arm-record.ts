import { createHash } from 'node:crypto';
import type { TestData, Traffic } from '../load/index.js';
import { seededRandom } from '../load/random.js';
import type { ArmKnobs } from './arm.js';
import type { ArmMeasurements } from './measurements.js';
import type { Observer } from './observer.js';
import type { ArmRecord } from './run-record.js';
import { seriesOf } from './series.js';

const STEP_MS = 1_000;

/** An arm as the evidence keeps it. */
export function recordArm(
  measured: ArmMeasurements,
  knobs: ArmKnobs,
  observers: readonly Observer<unknown>[],
  schedule: string | null,
): ArmRecord {
  const { startedAt, phases, faults, samples, variants, values } = measured.facts;
  const since = (time: number): number => Math.round(time - startedAt);
  return {
    knobs: copyOf(knobs),
    startedAt: new Date(startedAt).toISOString(),
    phases: phases.map((phase) => ({
      name: phase.name,
      what: phase.what,
      fromMs: since(phase.startedAt),
      toMs: since(phase.endedAt),
    })),
    faults: faults.map((fault) => ({
      what: fault.what,
      plan: { ...fault.plan },
      injectedMs: since(fault.injectedAt),
      provedMs: since(fault.provedAt),
      healedMs: since(fault.healedAt),
      readyMs: since(fault.readyAt),
      proof: [...fault.proof],
      proofOfHealing: [...fault.proofOfHealing],
    })),
    variants: variants.map((variant) => ({
      name: variant.name,
      knobs: copyOf(variant.knobs),
      fromMs: since(variant.startedAt),
      toMs: since(variant.endedAt),
    })),
    values: values.map(({ at, ...value }) => ({ ...value, atMs: since(at) })),
    offered: samples.length,
    schedule,
    series: seriesOf(measured, observers, STEP_MS).map((point) => ({ ...point, observed: { ...point.observed } })),
  };
}

function copyOf(knobs: ArmKnobs): ArmRecord['knobs'] {
  return Object.fromEntries(Object.entries(knobs).map(([service, values]) => [service, { ...values }]));
}

/** Identifies what a schedule wants sent within so many ms. */
export function fingerprintSchedule(traffic: Traffic, data: TestData, seed: number, durationMs: number): string {
  const plan = traffic.plan(data, seededRandom(seed));
  const hash = createHash('sha256');
  for (let next = plan.next(); !next.done && next.value.offsetMs < durationMs; next = plan.next()) {
    hash.update(JSON.stringify(next.value));
  }
  return hash.digest('hex');
}
