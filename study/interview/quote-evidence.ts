import { formatMeasured } from '@quickbite/scenarios/protocol';
import type { RunRecord } from '@quickbite/scenarios/protocol';
import type { Answer } from '../progress/index.js';
import type { Card } from './bank.js';

/** A sentence that a candidate can say, with a number of their own. */
export interface Quote {
  readonly sentence: string;
  readonly scenario: string;
  readonly runId: string;
  readonly at: string;
  readonly samples: number;
  /** How many runs have measured it, and between what, where they differ. */
  readonly runs: number;
  readonly range: string | null;
  /** Whether the run came out as the card expects; null where nothing was expected. */
  readonly holds: boolean | null;
  readonly expected: string | null;
  /** The key point that it bears out or contradicts. */
  readonly supports: string | null;
}

/** What somebody's own runs say about a question. */
export interface Evidence {
  readonly quotes: readonly Quote[];
  /** Scenarios behind the question that were never run, or never to an end. */
  readonly notRun: readonly string[];
  /** Where a run contradicts what was claimed in the last answer, one sentence each. */
  readonly contradictions: readonly string[];
}

/** One measurement of one run. */
interface Measurement {
  readonly run: RunRecord;
  readonly measured: number | string;
  readonly unit: string;
  readonly samples: number;
  readonly holds: boolean | null;
  readonly expected: string | null;
}

/**
 * Quotes the latest run in which each check was decided.
 * @param runs oldest first
 * @param lastAnswer whose ticked key points count as claimed
 */
export function quoteEvidence(card: Card, runs: readonly RunRecord[], lastAnswer: Answer | undefined): Evidence {
  const quotes = card.evidence.flatMap((wanted): Quote[] => {
    const measurements = runs
      .filter(({ scenario }) => scenario.id === wanted.scenario)
      .flatMap((run) => measurementOf(run, wanted) ?? []);
    const last = measurements.at(-1);
    if (!last) return [];
    return [
      {
        sentence: fill(wanted.sentence, last),
        scenario: wanted.scenario,
        runId: last.run.runId,
        at: last.run.startedAt,
        samples: last.samples,
        runs: measurements.length,
        range: rangeOf(measurements),
        holds: last.holds,
        expected: last.expected,
        supports: wanted.supports ?? null,
      },
    ];
  });
  const scenarios = [...new Set(card.evidence.map(({ scenario }) => scenario))];
  return {
    quotes,
    notRun: scenarios.filter((id) => !quotes.some(({ scenario }) => scenario === id)),
    contradictions: contradictionsOf(quotes, lastAnswer),
  };
}

function measurementOf(run: RunRecord, wanted: Card['evidence'][number]): Measurement | undefined {
  const { arm = 'both', check: name, value: valueName } = wanted;
  const check = run.checks.find((made) => made.name === name && made.arm === arm);
  if (check) {
    const { measured, unit, samples, outcome, target } = check;
    if (measured === null || outcome === 'undecided') return undefined;
    return { run, measured, unit, samples, holds: outcome === 'passed', expected: target };
  }
  if (valueName === undefined || arm === 'both') return undefined;
  const value = run.arms[arm]?.values.findLast((recorded) => recorded.name === valueName);
  if (!value) return undefined;
  return { run, measured: value.value, unit: '', samples: value.samples, holds: null, expected: null };
}

/** Puts the number in, with its unit unless the sentence has it. */
function fill(sentence: string, { measured, unit }: Measurement): string {
  const text = formatMeasured(measured);
  const said = unit === '' || typeof measured !== 'number' || sentence.includes(`{value} ${unit}`);
  return sentence.replace('{value}', said ? text : `${text} ${unit}`);
}

function rangeOf(measurements: readonly Measurement[]): string | null {
  const numbers = measurements.flatMap(({ measured }) => (typeof measured === 'number' ? [measured] : []));
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (numbers.length < 2 || low === high) return null;
  return `${formatMeasured(low)} to ${formatMeasured(high)}`;
}

function contradictionsOf(quotes: readonly Quote[], lastAnswer: Answer | undefined): readonly string[] {
  return quotes
    .filter(({ holds }) => holds === false)
    .map(({ sentence, supports, runId, expected }) => {
      const claimed = lastAnswer && supports !== null && lastAnswer.covered.includes(supports);
      const what = claimed ? `You claimed "${supports}" on ${lastAnswer.at.slice(0, 10)}; ` : '';
      return `${what}your run ${runId} does not bear it out: "${sentence}" (expected: ${expected ?? ''}).`;
    });
}
