export { compareMeasurements } from './compare.js';
export type { ComparedFigure } from './compare.js';
export type { ProfileSummary } from './cpu-profile.js';
export type { Figure, Measurement } from './figure.js';
export type { LoadProfiles } from './profiler.js';
