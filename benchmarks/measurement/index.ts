export { compareMeasurements } from './compare.js';
export type { ComparedFigure } from './compare.js';
export type { Figure, Measurement } from './figure.js';
