import { breakerOf } from '../../probes/index.js';
import type { BreakerState } from '../../probes/index.js';
import type { ArmMeasurements } from '../../protocol/index.js';

/** A change of the breaker's state, at ms since the epoch. */
export interface Step {
  readonly at: number;
  readonly from: BreakerState;
  readonly to: BreakerState;
}

const breaker = breakerOf('restaurant-service');

/** Where a breaker may go from each state. From HALF_OPEN, the test request decides. */
const LEGAL: Readonly<Record<BreakerState, readonly BreakerState[]>> = {
  CLOSED: ['OPEN'],
  OPEN: ['HALF_OPEN'],
  HALF_OPEN: ['CLOSED', 'OPEN'],
};

/** Every change of state during the arm, in order. */
export function stepsOf(measured: ArmMeasurements): readonly Step[] {
  const last = measured.readings(breaker).at(-1);
  return (last?.value.transitions ?? [])
    .map((step) => ({ ...step, at: Date.parse(step.at) }))
    .filter((step) => step.at >= measured.facts.startedAt);
}

/** The walk in words, e.g. `CLOSED > OPEN > HALF_OPEN > CLOSED`. */
export function walkOf(steps: readonly Step[]): string {
  const [first] = steps;
  return first ? [first.from, ...steps.map((step) => step.to)].join(' > ') : 'CLOSED';
}

/** It opened, tried again as often as it took, and closed by itself; every step was one that a breaker may take. */
export function isWholeWalk(walk: string): boolean {
  const states = walk.split(' > ');
  const legal = states.every((state, n) => {
    const next = states[n + 1];
    return next === undefined || (isState(state) && LEGAL[state].some((allowed) => allowed === next));
  });
  return legal && walk.startsWith('CLOSED > OPEN') && walk.endsWith('HALF_OPEN > CLOSED');
}

function isState(word: string): word is BreakerState {
  return Object.hasOwn(LEGAL, word);
}

/** When it first opened and when it closed for good; undefined when it did not. */
export function openingOf(
  measured: ArmMeasurements,
): { readonly openedAt: number; readonly closedAt: number | undefined } | undefined {
  const steps = stepsOf(measured);
  const opened = steps.find((step) => step.to === 'OPEN');
  if (!opened) return undefined;
  return { openedAt: opened.at, closedAt: steps.findLast((step) => step.to === 'CLOSED')?.at };
}

/** The stretches in which it was OPEN; not those in which it was HALF_OPEN, when one request is sent to try. */
export function openStretches(measured: ArmMeasurements): readonly { readonly from: number; readonly to: number }[] {
  const steps = stepsOf(measured);
  return steps.flatMap((step, n) => (step.to === 'OPEN' ? [{ from: step.at, to: steps[n + 1]?.at ?? Infinity }] : []));
}

/**
 * Calls that the gateway made to the service between the first opening and the healing, minus the one that each half-open
 * state allows.
 */
export function callsWhileOpen(measured: ArmMeasurements): {
  readonly calls: number | undefined;
  readonly readings: number;
} {
  const opening = openingOf(measured);
  const readings = measured
    .readings(breaker)
    .filter((reading) => opening && reading.at > opening.openedAt && reading.at < measured.fault.healedAt);
  const first = readings[0];
  const last = readings.at(-1);
  if (!first || !last) return { calls: undefined, readings: readings.length };
  const made = last.value.stats.fired - first.value.stats.fired;
  const tries = stepsOf(measured).filter((step) => step.to === 'HALF_OPEN' && step.at > first.at && step.at <= last.at);
  return { calls: Math.max(0, made - tries.length), readings: readings.length };
}
