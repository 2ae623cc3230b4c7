import { defaultContext } from '@quickbite/runtime/stack';
import { expect, test } from 'vitest';
import { suites } from './index.js';
import type { Suite } from './suite.js';

const [suite] = suites.filter(({ id }) => id === 'coordinated-omission') as [Suite];
const context = {
  runtime: defaultContext(),
  repetitions: 1,
  seconds: 2,
  warmUpSeconds: 0,
  onProgress: () => undefined,
  signal: new AbortController().signal,
};

test('who waits for answers hardly sees an outage, who does not sees how long it was', async () => {
  const { figures, withheld } = await suite.measure(context);
  const value = (name: string): number => figures[name]?.value ?? Number.NaN;
  // A quarter of the time: one answer for each of four connections, or a quarter of all.
  expect(value('closed-slow')).toBeLessThan(5);
  expect(value('paced-slow')).toBeGreaterThan(15);
  expect(value('paced-p90')).toBeGreaterThan(value('closed-p90'));
  expect(value('paced-errors')).toBe(0);
  expect(withheld).toHaveProperty('paced-p99');
  const known = Object.keys(suite.figures);
  expect([...Object.keys(figures), ...Object.keys(withheld)].filter((name) => !known.includes(name))).toEqual([]);
});

test('interrupted, it rejects with the reason and ends what it has started', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const measured = suite.measure({
    ...context,
    signal: controller.signal,
    onProgress: () => setTimeout(() => controller.abort(reason), 200),
  });
  await expect(measured).rejects.toBe(reason);
});
