import { expect, test } from 'vitest';
import { z } from 'zod';
import { isWholeWalk } from '../catalog/circuit-breaker/breaker-walk.js';
import { noMeasurements, recorded } from '../testing/some-measurements.js';
import type { ArmName } from './arm.js';
import { atLeast, atMost, evaluate, ratio } from './check.js';
import type { Check, CheckResult } from './check.js';
import type { ArmMeasurements } from './measurements.js';
import { describeParameters, parseSettings } from './parameters.js';
import { decide, exitCodeOf } from './verdict.js';

const result = (outcome: CheckResult['outcome']): CheckResult => ({
  arm: 'defended',
  name: 'answered',
  target: 'at least 95',
  unit: '%',
  measured: outcome === 'undecided' ? null : 50,
  samples: 3,
  minSamples: 2,
  outcome,
});

test('all checks passed is proved, one failed is refuted, one undecided is inconclusive', () => {
  expect(decide([result('passed')], [], true).outcome).toBe('proved');
  expect(decide([result('passed'), result('failed')], [], true).outcome).toBe('refuted');
  expect(decide([result('passed'), result('undecided')], [], true).outcome).toBe('inconclusive');
});

test('a failed check refutes although another could not be decided', () => {
  expect(decide([result('undecided'), result('failed')], [], true).outcome).toBe('refuted');
});

test('a doubt about the measurement outweighs every check', () => {
  expect(decide([result('failed')], ['the fault was not seen'], true)).toEqual({
    outcome: 'inconclusive',
    reasons: ['the fault was not seen'],
  });
});

test('a run without a check proves nothing', () => {
  expect(decide([], [], true).outcome).toBe('inconclusive');
});

test('one arm alone is measured, not proved; its exit code follows its checks', () => {
  expect(decide([result('passed')], [], false).outcome).toBe('measured');
  expect(exitCodeOf('measured', [result('passed')])).toBe(0);
  expect(exitCodeOf('measured', [result('failed')])).toBe(1);
});

test('the exit codes are 0 proved, 1 refuted, 2 inconclusive', () => {
  expect([exitCodeOf('proved', []), exitCodeOf('refuted', []), exitCodeOf('inconclusive', [])]).toEqual([0, 1, 2]);
});

test('a check with too few samples, or without a value, is undecided', () => {
  const measured = new Map([['defended', noMeasurements('defended')]] as const);
  const check = (value: number | undefined, samples: number): Check => ({
    arm: 'defended',
    name: 'n',
    target: atLeast(10),
    minSamples: 5,
    measure: () => ({ value, samples }),
  });
  expect(evaluate(check(50, 4), measured)?.outcome).toBe('undecided');
  expect(evaluate(check(undefined, 9), measured)?.outcome).toBe('undecided');
  expect(evaluate(check(NaN, 9), measured)?.outcome).toBe('undecided');
  expect(evaluate(check(9, 5), measured)?.outcome).toBe('failed');
  expect(evaluate(check(10, 5), measured)?.outcome).toBe('passed');
});

test('a comparison needs both arms, and may fail', () => {
  const check: Check = {
    arm: 'both',
    name: 'queries, defended / undefended',
    target: atMost(0.2),
    measure: ({ undefended, defended }) => ratio(defended.value('queries'), undefended.value('queries')),
  };
  const arm = (name: ArmName, queries: number): ArmMeasurements =>
    recorded(name, [{ name: 'queries', value: queries }]);
  const arms = (few: number): Map<ArmName, ArmMeasurements> =>
    new Map([
      ['undefended', arm('undefended', 100)],
      ['defended', arm('defended', few)],
    ]);
  expect(evaluate(check, arms(10))).toMatchObject({ arm: 'both', measured: 0.1, outcome: 'passed' });
  expect(evaluate(check, arms(50))).toMatchObject({ measured: 0.5, outcome: 'failed' });
  expect(evaluate(check, new Map([['defended', arm('defended', 10)]]))).toBeUndefined();
  expect(evaluate(check, new Map([...arms(1), ['undefended', arm('undefended', 0)]]))?.outcome).toBe('undecided');
});

test('a value is the one recorded last, a count the sum; what was never recorded has none', () => {
  const arm = recorded('defended', [
    { name: 'queue', value: 7 },
    { name: 'queue', value: 3, phase: 'late' },
    { name: 'lost', value: 0, counted: true },
    { name: 'lost', value: 2, counted: true, variant: 'lock' },
  ]);
  expect([arm.value('queue').value, arm.value('queue', 'early').value, arm.values('queue')]).toEqual([3, 7, [7, 3]]);
  expect([arm.value('lost').value, arm.variant('lock').value('lost').value]).toEqual([2, 2]);
  expect(arm.value('found')).toEqual({ value: undefined, samples: 0 });
  expect(() => arm.variant('early')).toThrow('Expected a variant named "early"; there are lock.');
});

test.each([
  ['CLOSED > OPEN > HALF_OPEN > CLOSED', true],
  ['CLOSED > OPEN > HALF_OPEN > OPEN > HALF_OPEN > CLOSED', true],
  ['CLOSED > OPEN > CLOSED', false],
  ['CLOSED > OPEN > HALF_OPEN', false],
  ['CLOSED', false],
])('the walk %s is whole: %s', (walk, whole) => {
  expect(isWholeWalk(walk)).toBe(whole);
});

const shape = z.object({
  rate: z.int().min(1).max(500).default(40).describe('requests per second'),
  fault: z.enum(['pause', 'kill']).default('pause').describe('what is done'),
});

test('settings are parsed by their type; what is not set has its default', () => {
  expect(parseSettings(shape, ['rate=20'])).toEqual({ rate: 20, fault: 'pause' });
});

test.each([
  ['rte=20', /there is no parameter "rte"/],
  ['rate=fast', /rate: .*expected number/i],
  ['rate=0', /rate: .*1.*got 0/],
  ['fault=burn', /fault: .*"pause"\|"kill"/],
  ['rate', /not of the form key=value/],
  ['toString=1', /there is no parameter "toString"/],
])('the setting %s is refused in words, with the list of parameters', (setting, words) => {
  let thrown: unknown;
  try {
    parseSettings(shape, [setting]);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ exitCode: 2, message: expect.stringMatching(words) as string });
  expect(JSON.stringify(thrown instanceof Error && 'details' in thrown ? thrown.details : '')).toContain(
    'requests per second',
  );
});

test('parameters describe their default and their range', () => {
  expect(describeParameters(shape)).toEqual([
    { name: 'rate', description: 'requests per second', default: 40, takes: 'integer 1 to 500' },
    { name: 'fault', description: 'what is done', default: 'pause', takes: 'pause or kill' },
  ]);
});
