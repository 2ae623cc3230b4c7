export { fixLinks } from './fix-links.js';
export { lintLab } from './lint-lab.js';
export { readStudy } from './read-study.js';
