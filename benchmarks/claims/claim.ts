import type { Measured } from './measured.js';
import type { Rule } from './rule.js';

/** What is needed of a claim's page to decide it. */
export interface MeasurableClaim {
  readonly id: string;
  readonly measured: Measured;
  /** Absent where nothing can be measured. */
  readonly rule?: Rule;
}
