export { parseLogLine } from './log-entry.js';
export type { LogEntry } from './log-entry.js';
export { followLogs, readLogs, readWholeLog } from './log-reader.js';
export type { LogQuery } from './log-reader.js';
export { fileLog } from './log-source.js';
export type { LogFeed, LogSource } from './log-source.js';
