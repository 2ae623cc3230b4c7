import { expect, it } from 'vitest';
import { createRetryBudget } from './retry-budget.js';

function retriesAfter(requests: number, percent: number): number {
  const budget = createRetryBudget();
  let retries = 0;
  for (let i = 0; i < requests; i += 1) {
    budget.deposit(percent);
    if (budget.withdraw()) retries += 1;
  }
  return retries;
}

it('allows a reserve of ten at once', () => {
  expect(retriesAfter(10, 0)).toBe(10);
  expect(retriesAfter(1000, 0)).toBe(10);
});

it.each([
  [10, 100],
  [25, 250],
])('allows %i retries for a hundred requests beyond the reserve', (percent, more) => {
  // What the first requests pay in finds the reserve full.
  expect(retriesAfter(1000, percent)).toBeGreaterThan(more + 8);
  expect(retriesAfter(1000, percent)).toBeLessThanOrEqual(more + 10);
});

it('does not save up more than the reserve', () => {
  const budget = createRetryBudget();
  for (let i = 0; i < 10_000; i += 1) budget.deposit(100);
  expect(Array.from({ length: 20 }, () => budget.withdraw()).filter(Boolean)).toHaveLength(10);
});
