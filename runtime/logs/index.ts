export type { LogEntry } from './log-entry.js';
export { followLogs, readLogs } from './log-reader.js';
export type { LogQuery, LogSource } from './log-reader.js';
