export { eventually } from './eventually.js';
export { startEngine } from './start-engine.js';
export type { EngineName, StartedEngine } from './start-engine.js';
