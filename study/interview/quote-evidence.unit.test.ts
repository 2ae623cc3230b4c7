import { expect, test } from 'vitest';
import type { RunRecord } from '@quickbite/scenarios/protocol';
import { someAnswer } from '../testing/some-answer.js';
import { someCard } from '../testing/some-card.js';
import { quoteEvidence } from './index.js';

const card = someCard('a', {
  evidence: [
    {
      scenario: 'some-scenario',
      arm: 'defended',
      check: 'queries',
      sentence: 'There were {value} of them.',
      supports: 'It fails fast',
    },
    { scenario: 'other', check: 'ratio', sentence: 'It was {value}.' },
  ],
});

function run(runId: string, measured: number | null, unit = '', outcome: 'passed' | 'failed' | 'undecided' = 'passed') {
  const check = {
    arm: 'defended',
    name: 'queries',
    target: 'at most 50',
    unit,
    measured,
    samples: 9,
    minSamples: 1,
    outcome,
  };
  return {
    runId,
    scenario: { id: 'some-scenario', title: 'S' },
    startedAt: '2026-01-01T00:00:00.000Z',
    checks: [check],
    arms: {},
  } as unknown as RunRecord;
}

test('a sentence quotes the latest run that decided the check, and says between what the others were', () => {
  const runs = [run('one', 10), run('two', 30), run('three', null, '', 'undecided')];
  const { quotes, notRun, contradictions } = quoteEvidence(card, runs, undefined);
  expect(quotes).toMatchObject([
    { sentence: 'There were 30 of them.', runId: 'two', runs: 2, range: '10 to 30', holds: true, samples: 9 },
  ]);
  expect(notRun).toEqual(['other']);
  expect(contradictions).toEqual([]);
});

test('a unit is said once', () => {
  const quoted = (sentence: string): string | undefined => {
    const [first] = card.evidence;
    const wanted = { ...card, evidence: [{ ...first!, sentence }] };
    return quoteEvidence(wanted, [run('one', 12.34, 'ms')], undefined).quotes[0]?.sentence;
  };
  expect(quoted('It took {value}.')).toBe('It took 12.3 ms.');
  expect(quoted('It took {value} ms.')).toBe('It took 12.3 ms.');
});

test('a run that does not bear out what was claimed is a warning, which names both', () => {
  const runs = [run('bad', 99, '', 'failed')];
  const claimed = someAnswer('a', { covered: ['It fails fast'], at: '2026-01-31T10:00:00.000Z' });
  expect(quoteEvidence(card, runs, claimed).contradictions).toEqual([
    'You claimed "It fails fast" on 2026-01-31; your run bad does not bear it out: "There were 99 of them." (expected: at most 50).',
  ]);
  const [unclaimed] = quoteEvidence(card, runs, someAnswer('a', { covered: [] })).contradictions;
  expect(unclaimed).not.toContain('You claimed');
  expect(quoteEvidence(card, [...runs, run('good', 5)], claimed).contradictions).toEqual([]);
});
