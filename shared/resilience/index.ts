export { BreakerOpenError, createBreaker } from './breaker.js';
export type { Breaker, BreakerSettings, BreakerSnapshot, BreakerState } from './breaker.js';
export { exposeBreakers } from './breaker-metrics.js';
export { createUpstream } from './upstream.js';
export type { Upstream, UpstreamRequest, UpstreamResponse } from './upstream.js';
