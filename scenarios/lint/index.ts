export { storyOf } from './catalog-folders.js';
export { brokenLinks } from './links.js';
export { lintScenarios } from './lint-scenarios.js';
export type { LintOptions } from './lint-scenarios.js';
export type { Problem } from './problem.js';
