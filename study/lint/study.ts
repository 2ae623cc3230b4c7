import type { Scenario } from '@quickbite/scenarios/protocol';
import type { Claim, Concept, Question } from '../pages/index.js';

/** A benchmark, as far as pages belong to it. */
export interface Bench {
  readonly id: string;
  readonly concepts: readonly string[];
  readonly questions: readonly string[];
}

/** What must hold together. */
export interface Study {
  readonly benches: readonly Bench[];
  readonly catalog: readonly Scenario[];
  readonly concepts: readonly Concept[];
  readonly questions: readonly Question[];
  readonly claims: readonly Claim[];
}
