export { createKnobs, knob } from './knobs.js';
export type { KnobDef, KnobDefs, KnobDescription, Knobs } from './knobs.js';
