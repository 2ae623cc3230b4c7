import { expect, test } from 'vitest';
import { someRecord } from '../testing/some-record.js';
import { compareRuns } from './index.js';
import { bandsOf, worstOf } from './noise.js';
import { pickRun, withRepetitions } from './saved-runs.js';

const repeated = (group: string, values: readonly number[]) =>
  values.map((measured, n) =>
    someRecord({ runId: `run-${group}-${String(n)}`, measured, repeated: { group, n: n + 1, of: values.length } }),
  );

test('the noise of repeated runs is the range around the median', () => {
  expect(bandsOf(repeated('a', [30, 10, 20, 100]))).toMatchObject([
    { median: 25, low: 10, high: 100, passed: 3, runs: 4 },
  ]);
});

test('the worst verdict counts', () => {
  const of = (...outcomes: ('proved' | 'refuted' | 'inconclusive')[]) =>
    worstOf(outcomes.map((outcome) => ({ ...someRecord({}), outcome })));
  expect([of('proved', 'proved'), of('proved', 'inconclusive'), of('inconclusive', 'refuted', 'proved')]).toEqual([
    'proved',
    'inconclusive',
    'refuted',
  ]);
});

test.each([
  [[10, 20], [21, 30], 'beyond the noise'],
  [[10, 20], [15, 30], 'within the noise'],
  [[10, 20], [30], 'unknown'],
  [[10, 10], [10, 10], 'none'],
])('%j and then %j is a change %s', (before, after, change) => {
  expect(compareRuns(repeated('a', before), repeated('b', after))[0]?.change).toBe(change);
});

test('a run is picked by a part of its id or by its scenario, and stands for its repetitions', () => {
  const all = [...repeated('a', [1, 2]), ...repeated('b', [3])];
  expect(pickRun(all, 'b-0').runId).toBe('run-b-0');
  expect(pickRun(all, 'some-scenario').runId).toBe('run-b-0');
  expect(withRepetitions(all, pickRun(all, 'run-a-1')).map(({ runId }) => runId)).toEqual(['run-a-0', 'run-a-1']);
  expect(() => pickRun(all, 'run-a')).toThrow('"run-a" may be any of 2 runs.');
  expect(() => pickRun(all, 'nothing')).toThrow('There is no run "nothing".');
});
