export type { Fault, FaultName, FaultPlan } from './fault.js';
export { kill } from './kill.js';
export { pause } from './pause.js';
export { faults } from './registry.js';
