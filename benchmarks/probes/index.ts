export { probes } from './catalog.js';
export { probeLabOn } from './lab.js';
export type { EngineName, Probe } from './probe.js';
