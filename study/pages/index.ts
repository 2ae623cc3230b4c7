export { readClaims, readConcepts, readQuestions } from './read-pages.js';
export type { PagesRead } from './read-pages.js';
export type { Claim, Concept, Page, Question } from './page.js';
export { KINDS, LEVELS, TOPICS } from './front-matter.js';
export type { Kind, Level, Topic } from './front-matter.js';
