export { createMetrics } from './http-metrics.js';
export type { Metrics } from './http-metrics.js';
export type { GaugeSeries, WatchedGauge } from './watched-gauges.js';
