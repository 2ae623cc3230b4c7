import type { FaultPlan } from '../faults/index.js';
import type { KnobValues } from '../probes/index.js';

/** One pass of an experiment: with the defences off, or on. */
export type ArmName = 'undefended' | 'defended';

/** In the order in which they run. */
export const ARMS: readonly ArmName[] = ['undefended', 'defended'];

/** Knobs that one arm sets, by service. */
export type ArmKnobs = Readonly<Record<string, KnobValues>>;

/** Options of `ArmRun.phase`. */
export interface PhaseOptions {
  /** What happens in it, for the screen. */
  readonly what: string;
  readonly lastsMs: number;
}

/** What a story can do. The load runs from the first phase to the end of the last. */
export interface ArmRun {
  /**
   * A named stretch of time. It lasts as long as it says, counted from the planned end of the one before, whatever `body`
   * takes of it: both arms offer the same load.
   */
  phase(name: string, options: PhaseOptions, body?: () => Promise<void>): Promise<void>;
  /** Breaks something, and returns when a probe has seen it take effect. */
  inject(plan: FaultPlan): Promise<void>;
  /** Undoes every fault that is in effect, and returns when the targets are ready again. */
  heal(): Promise<void>;
}
