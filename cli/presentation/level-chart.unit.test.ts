import { catalog } from '@quickbite/scenarios/catalog';
import { ArmMeasurements } from '@quickbite/scenarios/protocol';
import type { ArmName, Observer } from '@quickbite/scenarios/protocol';
import { expect, test } from 'vitest';
import { renderLevels } from './level-chart.js';
import { createTheme } from './theme.js';
import type { Theme } from './theme.js';

const theme = (ok: '✓' | '+'): Theme => {
  const base = createTheme('stdout');
  return { ...base, muted: (text) => text, symbols: { ...base.symbols, ok } };
};

const depth: Observer<unknown> = {
  name: 'depth',
  label: 'queue',
  read: () => Promise.resolve(0),
  show: String,
  level: Number,
};
const experiment = { ...catalog[0]!.withSettings([]), observers: [depth] };

function arm(name: ArmName, depths: readonly number[], endedAt = 40_000): ArmMeasurements {
  return new ArmMeasurements({
    ...{ arm: name, startedAt: 0, endedAt, samples: [], phases: [], faults: [], variants: [], values: [] },
    readings: new Map([['depth', depths.map((value, n) => ({ at: n * 1_000, value }))]]),
  });
}

test('each arm has a strip to the same scales, with the highest reading of each stretch', () => {
  const undefended = arm('undefended', [0, 8, 8, 4, 2]);
  const defended = arm('defended', [0, 1, 0], 20_000);
  // 40 s on 40 columns.
  expect(renderLevels(experiment, [undefended, defended], theme('✓'), 54).split('\n')).toEqual([
    '  queue over time, at most 8; 1.0 s a column',
    `  undefended  ·██▄${'▂'.repeat(36)}`,
    `  defended    ·▁${'·'.repeat(18)}`,
  ]);
});

test.each([60, 80, 160])('no line is wider than %i columns, and ASCII does where there is no more', (columns) => {
  const chart = renderLevels(experiment, [arm('undefended', [3, 12, 40])], theme('+'), columns);
  expect(Math.max(...chart.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(chart).toContain('#');
});

test('there is nothing to draw of an observer that only has words', () => {
  const words: Observer<unknown> = { name: 'state', label: 'state', read: () => Promise.resolve('open'), show: String };
  expect(renderLevels({ ...experiment, observers: [words] }, [arm('defended', [1])], theme('✓'), 80)).toBe('');
});
