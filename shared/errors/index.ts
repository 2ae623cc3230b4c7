export { AppError, problemOf, toProblem } from './app-error.js';
export type { FieldProblem, Problem, ProblemSlug } from './app-error.js';
export { isDatabaseAway, isPoolExhausted } from './database-away.js';
