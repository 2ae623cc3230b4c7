import type { Scenario } from '@quickbite/scenarios/protocol';
import { expect, test } from 'vitest';
import type { Claim, Concept, Question } from '../pages/index.js';
import { coveragePage } from './coverage-page.js';
import { coverageOf } from './coverage.js';
import type { Sources } from './read-sources.js';

const sources: Sources = {
  sections: [
    { id: 'complete/day-1', title: 'Day 1', guides: ['complete'], group: true },
    { id: 'complete/day-1/jwt', title: 'JWT', guides: ['complete'], group: false },
    { id: 'complete/day-1/logs', title: 'Logs', guides: ['complete'], group: false },
  ],
  questions: [{ id: 'complete/questions/inline-1', title: 'who you are' }],
};
const coverage = coverageOf(sources, {
  concepts: [{ id: 'jwt', covers: ['complete/day-1/jwt'] }] as unknown as Concept[],
  catalog: [
    { id: 'jwt-attacks', concepts: ['jwt'] },
    { id: 'timeouts', concepts: ['timeouts'] },
  ] as unknown as Scenario[],
  questions: [
    { id: 'how-does-jwt-work', concepts: ['jwt'], sources: ['complete/questions/inline-1'] },
    { id: 'how-long', concepts: ['timeouts'], sources: [] },
  ] as unknown as Question[],
  claims: [{ id: 'verify-is-enough', concepts: ['jwt'] }] as unknown as Claim[],
});

test('a section is covered by the concepts that say so, and by what belongs to them; groups are left out', () => {
  expect(coverage.sections.map(({ id, concepts }) => [id, concepts])).toEqual([
    ['complete/day-1/jwt', ['jwt']],
    ['complete/day-1/logs', []],
  ]);
  expect(coverage.sections[0]).toMatchObject({
    scenarios: ['jwt-attacks'],
    questions: ['how-does-jwt-work'],
    claims: ['verify-is-enough'],
  });
});

test('a question of the guides is taken up by the questions that name it as their source', () => {
  expect(coverage.questions).toMatchObject([{ questions: ['how-does-jwt-work'], concepts: ['jwt'] }]);
});

test('the page links to everything, and says what nothing takes up', () => {
  const page = coveragePage(coverage);
  expect(page).toContain('[jwt-attacks](../scenarios/catalog/jwt-attacks)');
  expect(page).toContain('- Logs (`complete/day-1/logs`): **nothing**');
});
