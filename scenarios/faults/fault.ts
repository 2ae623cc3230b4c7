import type { StackProcess } from '@quickbite/runtime/stack';
import type { Observation } from '../probes/observation.js';

/** The faults there are. Each has a file of its own in this folder and a line in `registry.ts`. */
export type FaultName = 'kill' | 'pause';

/** A fault to inject, as plain data, so that the journal can hold it. */
export interface FaultPlan {
  readonly fault: FaultName;
  /** Name of the process. */
  readonly target: string;
}

/** A way to break one process on purpose, and to make it whole again. */
export interface Fault {
  readonly name: FaultName;
  /** As a sentence about the target, e.g. `restaurant-service is paused`. */
  describe(target: string): string;
  /** Breaks it. Refuses with an `ExpectedError` where the launch mode or the platform cannot do it. */
  inject(process: StackProcess): Promise<void>;
  /** Looks whether the fault is in effect now: each statement of its proof, true or not. */
  prove(process: StackProcess): Promise<readonly Observation[]>;
  /** Undoes it; does nothing when there is nothing to undo. */
  revert(process: StackProcess): Promise<void>;
}
