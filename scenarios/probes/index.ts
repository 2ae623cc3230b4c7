export type { BreakerSnapshot, BreakerState } from './breakers.js';
export { readKnobs, setKnobs } from './knobs.js';
export type { Knob, KnobValues } from './knobs.js';
export type { LabEndpoint } from './lab-endpoint.js';
export type { Observation } from './observation.js';
export { breakerOf } from './breaker-observer.js';
export { servicesIn } from './declared-knobs.js';
export { readLabKnobs, setLabKnobs } from './lab-knobs.js';
export type { ServiceKnobs } from './lab-knobs.js';
