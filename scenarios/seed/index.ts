export { seedServices, seedStack } from './seed-stack.js';
export type { SeededStack, SeedExamples } from './seed-stack.js';
