export { browse } from './browse.js';
export type { BrowseOptions } from './browse.js';
export { isAnswered, isFailed, latencyOf, percentile, Samples } from './samples.js';
export type { Sample } from './samples.js';
export type { PlannedRequest, TestData, Traffic } from './traffic.js';
