import { expect, test } from 'vitest';
import { suites } from './index.js';

test('each suite has an id of its own, a question, and pages that it belongs to', () => {
  expect(new Set(suites.map(({ id }) => id)).size).toBe(suites.length);
  for (const { question, concepts, questions } of suites) {
    expect(question).toMatch(/\?$/);
    expect(concepts.length * questions.length).toBeGreaterThan(0);
  }
});

test('charts show figures of their suite, those of one chart in one unit', () => {
  for (const { id, charts, figures } of suites)
    for (const { title, bars } of charts) {
      const units = new Set(Object.keys(bars).map((name) => figures[name]?.unit));
      expect([id, title, [...units]]).toEqual([id, title, [expect.any(String)]]);
    }
});
