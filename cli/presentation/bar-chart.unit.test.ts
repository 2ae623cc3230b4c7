import { catalog } from '@quickbite/scenarios/catalog';
import { ArmMeasurements } from '@quickbite/scenarios/protocol';
import type { ArmName } from '@quickbite/scenarios/protocol';
import { expect, test } from 'vitest';
import { renderBars } from './bar-chart.js';
import { createTheme } from './theme.js';
import type { Theme } from './theme.js';

const plain = (text: string): string => text;
const theme = (ok: '✓' | '+'): Theme => {
  const base = createTheme('stdout');
  return { ...base, muted: plain, symbols: { ...base.symbols, ok } };
};

const experiment = { ...catalog[0]!.withSettings([]), bars: [{ value: 'queries' }] };

function arm(name: ArmName, variants: Readonly<Record<string, number>>): ArmMeasurements {
  const value = { name: 'queries', samples: 1, counted: false, at: 0, phase: 'p' };
  return new ArmMeasurements({
    ...{ arm: name, startedAt: 0, endedAt: 1, samples: [], phases: [], faults: [], readings: new Map() },
    variants: Object.keys(variants).map((variant) => ({ name: variant, knobs: {}, startedAt: 0, endedAt: 1 })),
    values: Object.entries(variants).map(([variant, queries]) => ({ ...value, value: queries, variant })),
  });
}

const arms = [arm('undefended', { none: 900 }), arm('defended', { lock: 1, early: 0 })];

test('each variant has a bar to the same scale; what is not nothing is seen, and nothing is not', () => {
  expect(renderBars(experiment, arms, theme('✓'), 60).split('\n')).toEqual([
    '  queries',
    `  undefended: none  ${'█'.repeat(30)} 900`,
    '  defended: lock    █ 1',
    '  defended: early   0',
  ]);
});

test.each([80, 160])('no line is wider than %i columns, and ASCII does where there is no more', (columns) => {
  const chart = renderBars(experiment, arms, theme('+'), columns);
  expect(Math.max(...chart.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(chart).toContain('# 1');
});
