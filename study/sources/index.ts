export { COVERAGE_FILE, coveragePage } from './coverage-page.js';
export { coverageOf } from './coverage.js';
export type { Coverage, CoverageRow } from './coverage.js';
export { readSources, SOURCES_FILE } from './read-sources.js';
export type { Sources } from './read-sources.js';
