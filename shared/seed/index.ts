export { seedRoute } from './seed-route.js';
export type { SeedOutcome } from './seed-route.js';
export type { City } from './city/index.js';
