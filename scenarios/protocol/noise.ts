import type { CheckResult } from './check.js';
import type { RunRecord } from './run-record.js';

/** What several runs measured for one check. */
export interface Band {
  readonly arm: CheckResult['arm'];
  readonly name: string;
  readonly unit: string;
  readonly target: string;
  /** Of the runs that measured a number; undefined when none did. */
  readonly median: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** How many runs passed it, of how many. */
  readonly passed: number;
  readonly runs: number;
}

/** The noise of repeated runs: median and range of every check. */
export function bandsOf(records: readonly RunRecord[]): readonly Band[] {
  const [first] = records;
  return (first?.checks ?? []).map(({ arm, name, unit, target }) => {
    const results = records.flatMap((record) => record.checks.filter((one) => one.arm === arm && one.name === name));
    const numbers = results.flatMap(({ measured }) => (typeof measured === 'number' ? [measured] : []));
    const sorted = numbers.sort((a, b) => a - b);
    return {
      ...{ arm, name, unit, target },
      median: medianOf(sorted),
      low: sorted[0],
      high: sorted.at(-1),
      passed: results.filter(({ outcome }) => outcome === 'passed').length,
      runs: records.length,
    };
  });
}

const FROM_WORST: readonly RunRecord['outcome'][] = ['interrupted', 'refuted', 'inconclusive', 'measured', 'proved'];

/** The verdict over several runs is that of the worst: a claim that holds most of the time does not hold. */
export function worstOf(records: readonly RunRecord[]): RunRecord['outcome'] {
  return FROM_WORST.find((outcome) => records.some((record) => record.outcome === outcome)) ?? 'inconclusive';
}

function medianOf(sorted: readonly number[]): number | undefined {
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** A check in two runs, or in two groups of repeated runs. */
export interface ComparedCheck {
  readonly before: Band;
  readonly after: Band;
  /** `within`: the ranges overlap. `unknown`: one of them was run once, so that nobody knows its noise. */
  readonly change: 'beyond the noise' | 'within the noise' | 'unknown' | 'none';
}

/** What changed between two runs of one scenario; each side is one run, or all repetitions of it. */
export function compareRuns(before: readonly RunRecord[], after: readonly RunRecord[]): readonly ComparedCheck[] {
  const later = bandsOf(after);
  return bandsOf(before).flatMap((band) => {
    const other = later.find((one) => one.arm === band.arm && one.name === band.name);
    return other ? [{ before: band, after: other, change: changeOf(band, other) }] : [];
  });
}

function changeOf(before: Band, after: Band): ComparedCheck['change'] {
  const { low: a, high: b } = before;
  const { low: c, high: d } = after;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return 'unknown';
  if (before.median === after.median) return 'none';
  if (before.runs < 2 || after.runs < 2) return 'unknown';
  return b < c || d < a ? 'beyond the noise' : 'within the noise';
}
