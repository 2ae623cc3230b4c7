export { eventually } from './eventually.js';
export { startEngine } from './start-engine.js';
export type { EngineName, StartedEngine } from './start-engine.js';
export { createServiceClient } from './service-client.js';
export type { ServiceAnswer, ServiceClient } from './service-client.js';
export { startProgram } from './start-program.js';
export type { StartedProgram } from './start-program.js';
