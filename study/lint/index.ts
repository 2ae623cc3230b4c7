export { lintLab } from './lint-lab.js';
