import type { Scenario } from '../protocol/index.js';
import { circuitBreaker } from './circuit-breaker/scenario.js';

/** Every scenario, in the order in which they are listed. */
export const catalog: readonly Scenario[] = [circuitBreaker];
