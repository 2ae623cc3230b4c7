export { lintLab } from './lint-lab.js';
export type { LintOptions } from './lint-lab.js';
export type { Problem } from './problem.js';
