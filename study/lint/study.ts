import type { Scenario } from '@quickbite/scenarios/protocol';
import type { Claim, Concept, Question } from '../pages/index.js';

/** What must hold together. */
export interface Study {
  readonly catalog: readonly Scenario[];
  readonly concepts: readonly Concept[];
  readonly questions: readonly Question[];
  readonly claims: readonly Claim[];
}
