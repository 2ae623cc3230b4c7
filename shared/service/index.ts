export { runService } from './run-service.js';
export type { RunningService, ServiceProgram } from './run-service.js';
