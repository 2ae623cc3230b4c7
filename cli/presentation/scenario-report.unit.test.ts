import { catalog } from '@quickbite/scenarios/catalog';
import { ArmMeasurements } from '@quickbite/scenarios/protocol';
import type { ArmName } from '@quickbite/scenarios/protocol';
import { expect, test } from 'vitest';
import { renderChart } from './scenario-chart.js';
import { showScenarioProgress } from './scenario-progress.js';
import { wrapText } from './scenario-words.js';
import { createTheme } from './theme.js';
import type { Theme } from './theme.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const plain = (text: string): string => text;

/** No colours, and the signs of the given set. */
function theme(ok: '✓' | '+'): Theme {
  const base = createTheme('stdout');
  return { ...base, strong: plain, muted: plain, ok: plain, warn: plain, bad: plain, symbols: { ...base.symbols, ok } };
}

const experiment = () => catalog[0]!.withSettings([]);

/** Ten requests a second for four seconds; the undefended arm loses those of the second and third. */
function measured(arm: ArmName): ArmMeasurements {
  const fault = {
    plan: { fault: 'pause', target: 'x' },
    what: 'pause x',
    injectedAt: START + 1_000,
    provedAt: START + 1_100,
    healedAt: START + 3_000,
  } as const;
  return new ArmMeasurements({
    arm,
    startedAt: START,
    endedAt: START + 4_000,
    samples: Array.from({ length: 40 }, (_, n) => {
      const intendedAt = START + n * 100;
      const lost = arm === 'undefended' && n >= 10 && n < 30;
      const times = { intendedAt, sentAt: intendedAt, doneAt: intendedAt + (lost ? 2_000 : 5) };
      return { ...times, status: lost ? 504 : 200, expected: 200, fallback: false, error: undefined, tag: 'browse' };
    }),
    phases: [],
    faults: [{ ...fault, readyAt: START + 3_100, proof: [], proofOfHealing: [] }],
    variants: [],
    values: [],
    readings: new Map(),
  });
}

const arms = (): ArmMeasurements[] => [measured('undefended'), measured('defended')];

test('the chart shows both arms on one axis, with the fault marked below the column in which it began', () => {
  const lines = renderChart(experiment(), arms(), theme('✓'), 80).split('\n');
  expect(lines[1]).toBe('  undefended  ████········████');
  expect(lines[2]).toBe('  defended    ████████████████');
  const marks = lines.find((line) => line.includes('↑')) ?? '';
  expect([marks.indexOf('↑'), marks.lastIndexOf('↑')]).toEqual([14 + 4, 14 + 12]);
  expect(lines.at(-1)?.trim()).toBe('0 to 4.0 s, 250 ms a column');
});

test('the chart is plain ASCII where the terminal has no more', () => {
  const chart = renderChart(experiment(), arms(), theme('+'), 80);
  // eslint-disable-next-line no-control-regex -- that every character is ASCII is what is tested
  expect(chart).toMatch(/^[\x00-\x7f]*$/);
  expect(chart).toContain('undefended  ####........####');
});

test.each([80, 160])('no line of the chart is wider than %i columns', (columns) => {
  const widths = renderChart(experiment(), arms(), theme('✓'), columns)
    .split('\n')
    .map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
});

test('text is broken at spaces, and no word is lost', () => {
  const text = 'Without the breaker, 342 of 342 requests of the outage failed, after 2.0 s each.';
  const lines = wrapText(text, 30);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
  expect(lines.join(' ')).toBe(text);
});

test('without a terminal, progress is whole lines and nothing is erased', () => {
  const written: string[] = [];
  const screen = { isTTY: false, columns: 0, write: (text: string) => written.push(text) };
  const { onProgress, end } = showScenarioProgress(experiment(), theme('✓'), screen, {});
  const tick = { arm: 'defended', phase: 'outage', elapsedMs: 1, lastsMs: 2, done: 3, failed: 0, waiting: 1 } as const;
  onProgress({ type: 'tick', tick: { ...tick, p50: 1, p99: 2, observed: [] } });
  const summary = { arm: 'defended', phase: 'outage', ms: 9_000, offered: 360, answered: 350, failed: 10 } as const;
  onProgress({ type: 'phase-finished', summary: { ...summary, fallbacks: 7, p50: 6, p99: 2_000, peakWaiting: 80 } });
  end();
  expect(written).toEqual(['  outage       9.0 s   350 answered    10 failed  p50   6 ms  p99  2.0 s  7 from copy\n']);
});

test('on a terminal, the live line is erased before a line that stays', () => {
  const written: string[] = [];
  const screen = { isTTY: true, columns: 40, write: (text: string) => written.push(text) };
  const { onProgress } = showScenarioProgress(experiment(), theme('✓'), screen, {});
  const tick = {
    arm: 'defended',
    phase: 'outage',
    elapsedMs: 100,
    lastsMs: 9_000,
    done: 40,
    failed: 0,
    waiting: 1,
  } as const;
  onProgress({ type: 'tick', tick: { ...tick, p50: 6, p99: 2_000, observed: [{ label: 'breaker', value: 'OPEN' }] } });
  onProgress({ type: 'undoing', what: ['pause x'] });
  onProgress({ type: 'restored', what: ['pause x'], ms: 12 });
  expect(written[0]).toBe('  outage 0.1/9.0 s  breaker OPEN  40/s  0 f'.slice(0, 39));
  expect(written[1]).toBe('\r\u001B[2K');
  expect(written.at(-2)).toBe('\r\u001B[2K');
  expect(written.at(-1)).toBe('  undone: pause x (12 ms)\n');
});
