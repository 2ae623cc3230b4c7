import type { StartedStack } from '@quickbite/runtime/stack';
import type { Stage } from '../load/cast.js';
import type { TestData } from '../load/index.js';
import type { ArmName } from './arm.js';
import type { OnProgress } from './events.js';
import type { Journal } from './journal.js';
import type { Experiment } from './scenario.js';

/** Decides when the next phase begins, e.g. with a presenter's key. */
export type Pace = (next: { readonly arm: ArmName; readonly phase: string; readonly what: string }) => Promise<void>;

/** Options of `runArm`. */
export interface ArmOptions {
  readonly experiment: Experiment;
  readonly arm: ArmName;
  readonly stack: StartedStack;
  readonly journal: Journal;
  readonly stage: Stage;
  readonly data: TestData;
  readonly seed: number;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Default: without a pause. */
  readonly pace?: Pace;
}
