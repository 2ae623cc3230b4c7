export { explanationsOf } from './explanations.js';
export { readClaims, readConcepts, readQuestions, readQuestionsIn } from './read-pages.js';
export type { PagesRead } from './read-pages.js';
export type { Claim, Concept, Page, Question } from './page.js';
export { KINDS, LEVELS, PARTS, TOPICS } from './front-matter.js';
export type { Kind, Level, Part, Topic } from './front-matter.js';
