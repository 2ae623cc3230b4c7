export { COURSE } from './course.js';
export { mapOf } from './map.js';
export type { Group } from './map.js';
export { afterwards, pathOf } from './path.js';
export type { Path } from './path.js';
export { statusOfConcepts } from './status.js';
export type { ConceptStatus } from './status.js';
