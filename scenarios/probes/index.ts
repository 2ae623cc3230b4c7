export { readBreakers } from './breakers.js';
export type { BreakerSnapshot, BreakerState } from './breakers.js';
export { knobsDocument, readKnobs, setKnobs } from './knobs.js';
export type { Knob, KnobValues } from './knobs.js';
export type { LabEndpoint } from './lab-endpoint.js';
export type { Observation } from './observation.js';
export { breakerOf } from './breaker-observer.js';
