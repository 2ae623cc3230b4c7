import { expect, test } from 'vitest';
import { compareMeasurements } from './compare.js';
import { correctOmission } from './coordinated-omission.js';
import type { Figure } from './figure.js';
import { medianOf, percentileOf, samplesNeeded } from './percentiles.js';
import { createTally } from './tally.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

test('a percentile is the nearest rank, and needs ten samples beyond it', () => {
  expect([50, 90, 99].map(samplesNeeded)).toEqual([20, 100, 1000]);
  expect(percentileOf(upTo(1000), 99)).toBe(990);
  expect(percentileOf(upTo(999), 99)).toBeUndefined();
  expect(percentileOf(upTo(20), 50)).toBe(10);
  expect(percentileOf(upTo(19), 50)).toBeUndefined();
});

test('the median of an even number is between the two in the middle', () => {
  expect(medianOf([4, 1, 3])).toBe(3);
  expect(medianOf([4, 1, 3, 2])).toBe(2.5);
  expect(medianOf([])).toBeUndefined();
});

test('an answer that took long stands for the requests that were not sent meanwhile', () => {
  expect([...correctOmission([100], 30)]).toEqual([100, 70, 40]);
  expect([...correctOmission([5, 10], 30)]).toEqual([5, 10]);
  expect([...correctOmission([60], 30)]).toEqual([60, 30]);
  expect(() => correctOmission([1], 0)).toThrow('Expected a distance above 0 ms');
});

test('a figure is the median of the repetitions, with their range as its noise', () => {
  const tally = createTally();
  for (const value of [12, 10, 17]) tally.add('rate', '/s', value, 100);
  expect(tally.measurement().figures['rate']).toEqual({ unit: '/s', value: 12, low: 10, high: 17, samples: 300 });
});

test('a percentile that one repetition has too few samples for is withheld, with the reason', () => {
  const tally = createTally();
  tally.addLatencies('get', 'ms', upTo(1000));
  tally.addLatencies('get', 'ms', upTo(150));
  const { figures, withheld } = tally.measurement();
  expect(figures['get-p50']).toMatchObject({ value: 287.5, low: 75, high: 500, samples: 1150 });
  expect(Object.keys(figures)).toEqual(['get-p50', 'get-p90']);
  expect(withheld).toEqual({ 'get-p99': 'a repetition had 150 samples; a 99th percentile needs 1000' });
});

test('what could not be measured is withheld, and so is what somebody has withheld', () => {
  const tally = createTally();
  tally.add('ratio', 'ratio', Number.NaN);
  tally.add('ratio', 'ratio', 3);
  tally.add('cpu', '%', 40);
  tally.withhold('cpu', 'no /proc here');
  expect(tally.measurement()).toEqual({
    figures: {},
    withheld: { ratio: 'it could not be measured: got NaN', cpu: 'no /proc here' },
  });
});

const figure = (low: number, value: number, high: number, unit: Figure['unit'] = 'ms'): Figure => ({
  unit,
  value,
  low,
  high,
  samples: 10,
});

test.each([
  ['more', figure(1, 2, 3), figure(4, 5, 6)],
  ['less', figure(4, 5, 6), figure(1, 2, 3)],
  ['within the noise', figure(1, 2, 4), figure(4, 5, 6)],
  ['unknown', figure(2, 2, 2), figure(4, 5, 6)],
  ['more', figure(0, 0, 0, 'count'), figure(3, 3, 3, 'count')],
] as const)('two figures: %s', (change, before, after) => {
  const compared = compareMeasurements(
    { figures: { one: before }, withheld: {} },
    { figures: { one: after, other: after }, withheld: {} },
  );
  expect(compared).toEqual([{ name: 'one', before, after, change }]);
});
