import type { StartedStack } from '@quickbite/runtime/stack';
import type { Observation } from '../probes/observation.js';
import type { FaultPlan } from './fault-plan.js';

/** A way to break a process or a link on purpose, and to make it whole again. */
export interface Fault<Plan extends FaultPlan> {
  /** As a sentence, e.g. `restaurant-service is paused: it accepts connections and answers nothing`. */
  describe(plan: Plan): string;
  /** Refuses with an `ExpectedError` where this stack cannot do it now, or in its launch mode. Nothing has been broken or journalled yet. */
  check(stack: StartedStack, plan: Plan): Promise<void>;
  inject(stack: StartedStack, plan: Plan): Promise<void>;
  /**
   * Looks whether the fault is in effect now: each statement of its proof, true or not.
   * @param since when it was journalled, ms since the epoch
   */
  prove(stack: StartedStack, plan: Plan, since: number): Promise<readonly Observation[]>;
  /** Undoes it; does nothing when there is nothing to undo. */
  revert(stack: StartedStack, plan: Plan): Promise<void>;
  /** Looks whether it is undone now. */
  proveUndone(stack: StartedStack, plan: Plan): Promise<readonly Observation[]>;
}
