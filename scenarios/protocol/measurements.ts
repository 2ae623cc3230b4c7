import type { FaultPlan } from '../faults/index.js';
import { Samples } from '../load/index.js';
import type { Measured, Sample } from '../load/index.js';
import type { Observation } from '../probes/index.js';
import type { ArmKnobs, ArmName } from './arm.js';
import type { Observer, Reading } from './observer.js';

/** A phase as it was. Times are in ms since the epoch. */
export interface PhaseRecord {
  readonly name: string;
  readonly what: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A variant of the arm's defence as it was measured. */
export interface VariantRecord {
  readonly name: string;
  readonly knobs: ArmKnobs;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A value that the story measured itself. */
export interface ValueRecord {
  readonly name: string;
  readonly value: number;
  /** How many observations it rests on. */
  readonly samples: number;
  /** Counted up by `tally`; otherwise recorded as a whole. */
  readonly counted: boolean;
  readonly at: number;
  readonly phase: string;
  readonly variant?: string;
}

/** A fault as it was, with what the probes saw. */
export interface FaultRecord {
  readonly plan: FaultPlan;
  /** In words, e.g. `pause restaurant-service`. */
  readonly what: string;
  readonly injectedAt: number;
  readonly provedAt: number;
  readonly proof: readonly Observation[];
  /** When undoing it began, and when the target was seen ready again. */
  readonly healedAt: number;
  readonly readyAt: number;
  readonly proofOfHealing: readonly Observation[];
}

/** What an arm left behind, for `ArmMeasurements`. */
export interface ArmFacts {
  readonly arm: ArmName;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly samples: readonly Sample[];
  readonly phases: readonly PhaseRecord[];
  readonly faults: readonly FaultRecord[];
  readonly variants: readonly VariantRecord[];
  readonly values: readonly ValueRecord[];
  readonly readings: ReadonlyMap<string, readonly Reading<unknown>[]>;
}

/** Everything that was measured in one arm; what checks and explanations are computed from. */
export class ArmMeasurements {
  readonly facts: ArmFacts;
  readonly samples: Samples;

  constructor(facts: ArmFacts) {
    this.facts = facts;
    this.samples = new Samples(facts.samples);
  }

  /** The phase of that name; a scenario that asks for another one is wrong. */
  phase(name: string): PhaseRecord {
    const found = this.facts.phases.find((phase) => phase.name === name);
    if (found) return found;
    throw new RangeError(
      `Expected a phase named "${name}"; there are ${this.facts.phases.map((phase) => phase.name).join(', ')}.`,
    );
  }

  /** The requests that the schedule wanted sent during a phase. */
  during(name: string): Samples {
    const { startedAt, endedAt } = this.phase(name);
    return this.samples.intendedBetween(startedAt, endedAt);
  }

  /** The first fault of the arm. */
  get fault(): FaultRecord {
    const [first] = this.facts.faults;
    if (first) return first;
    throw new RangeError('Expected the story to inject a fault; it injected none.');
  }

  /**
   * What the story measured under this name: what it recorded last, or all that it counted.
   * @param phase only what was recorded in this phase
   */
  value(name: string, phase?: string): Measured {
    const found = this.#valuesOf(name, phase);
    const last = found.at(-1);
    if (!last) return { value: undefined, samples: 0 };
    if (!last.counted) return { value: last.value, samples: last.samples };
    const sum = (of: (value: ValueRecord) => number): number => found.reduce((total, value) => total + of(value), 0);
    return { value: sum((value) => value.value), samples: sum((value) => value.samples) };
  }

  /** Everything that the story recorded under this name, in order: for medians and maxima. */
  values(name: string, phase?: string): readonly number[] {
    return this.#valuesOf(name, phase).map((value) => value.value);
  }

  #valuesOf(name: string, phase: string | undefined): readonly ValueRecord[] {
    return this.facts.values.filter((value) => value.name === name && (phase === undefined || value.phase === phase));
  }

  /** The arm while one variant of it was measured; a scenario that asks for another one is wrong. */
  variant(name: string): ArmMeasurements {
    const found = this.facts.variants.find((variant) => variant.name === name);
    if (!found) {
      const names = this.facts.variants.map((variant) => variant.name).join(', ');
      throw new RangeError(`Expected a variant named "${name}"; there are ${names || 'none'}.`);
    }
    const { startedAt, endedAt } = found;
    const within = (at: number): boolean => at >= startedAt && at < endedAt;
    return new ArmMeasurements({
      ...this.facts,
      startedAt,
      endedAt,
      samples: this.facts.samples.filter((sample) => within(sample.intendedAt)),
      phases: this.facts.phases.filter((phase) => within(phase.startedAt)),
      faults: this.facts.faults.filter((fault) => within(fault.injectedAt)),
      variants: [found],
      values: this.facts.values.filter((value) => value.variant === name),
      readings: new Map(
        [...this.facts.readings].map(([key, readings]) => [key, readings.filter((reading) => within(reading.at))]),
      ),
    });
  }

  /** What an observer read, in order. */
  readings<T>(observer: Observer<T>): readonly Reading<T>[] {
    // The map is filled by this very observer, under its name: the type is the one that its `read` returned.
    return (this.facts.readings.get(observer.name) ?? []) as readonly Reading<T>[];
  }
}
