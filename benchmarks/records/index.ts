export { profileFolder, runSuite } from './bench-record.js';
export type { BenchRecord } from './bench-record.js';
export { runSuites } from './run-suites.js';
export { listRecords, pickRecord, saveRecord } from './saved-records.js';
