import type { FaultPlan } from '../faults/index.js';
import { Samples } from '../load/index.js';
import type { Sample } from '../load/index.js';
import type { Observation } from '../probes/index.js';
import type { ArmName } from './arm.js';
import type { Observer, Reading } from './observer.js';

/** A phase as it was. Times are in ms since the epoch. */
export interface PhaseRecord {
  readonly name: string;
  readonly what: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A fault as it was, with what the probes saw. */
export interface FaultRecord extends FaultPlan {
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

  /** What an observer read, in order. */
  readings<T>(observer: Observer<T>): readonly Reading<T>[] {
    // The map is filled by this very observer, under its name: the type is the one that its `read` returned.
    return (this.facts.readings.get(observer.name) ?? []) as readonly Reading<T>[];
  }
}
