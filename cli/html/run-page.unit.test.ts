import type { RunRecord } from '@quickbite/scenarios/protocol';
import { expect, test } from 'vitest';
import { renderRunPage } from './run-page.js';

type Arm = NonNullable<RunRecord['arms']['defended']>;

const point = { offered: 10, answered: 10, failed: 0, fallbacks: 0, p50: 5, p99: 9, peakWaiting: 1, observed: {} };

function arm(changed: Partial<Arm> = {}): Arm {
  return {
    knobs: {},
    startedAt: '2026-01-01T00:00:00.000Z',
    phases: [{ name: 'steady', what: 'works', fromMs: 0, toMs: 3_000 }],
    faults: [],
    variants: [],
    values: [],
    offered: 30,
    schedule: 'abc',
    series: [0, 1_000, 2_000].map((fromMs) => ({ ...point, fromMs })),
    ...changed,
  };
}

function record(changed: Partial<RunRecord> = {}): RunRecord {
  const environment = {
    quickbite: '1',
    node: 'v20',
    platform: 'linux',
    cpu: 'cpu',
    cores: 2,
    memoryBytes: 1,
    launcher: 'process',
    engines: {},
  };
  const check = {
    arm: 'defended',
    name: 'lost <orders>',
    target: '0',
    unit: '',
    measured: 3,
    samples: 9,
    minSamples: 1,
  } as const;
  return {
    schemaVersion: 2,
    runId: 'run-1',
    presented: false,
    scenario: { id: 'x', title: 'Tom & <b>Jerry</b>' },
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    outcome: 'refuted',
    reasons: ['"lost <orders>" was to be 0.'],
    parameters: { rate: 40 },
    seed: 1,
    traffic: '40 a second',
    environment,
    stack: { id: 'default', bootedForThisRun: true },
    preflight: [],
    arms: { undefended: arm(), defended: arm() },
    checks: [{ ...check, outcome: 'failed' }],
    why: [],
    ...changed,
  };
}

test('the page needs nothing from elsewhere, and no script', () => {
  const page = renderRunPage(record());
  expect(page).not.toMatch(/<script|src=|href=|url\(|@import|https?:/);
  expect(page).toContain('prefers-color-scheme: dark');
});

test('what a record says cannot become markup', () => {
  const page = renderRunPage(record());
  expect(page).toContain('Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;');
  expect(page).toContain('lost &lt;orders&gt;');
  expect(page).not.toContain('<b>Jerry');
});

test('a run under load has a line for each arm in each chart, with a gap where nothing was measured', () => {
  const gap = arm({ series: [point, { ...point, p99: null }, point].map((one, n) => ({ ...one, fromMs: n * 1_000 })) });
  const page = renderRunPage(record({ arms: { undefended: gap, defended: arm() } }));
  expect(page.match(/class="line undefended"/g)).toHaveLength(3);
  expect(page.match(/class="line defended"/g)).toHaveLength(3);
  const [, slowest = ''] = [...page.matchAll(/class="line undefended" d="([^"]*)"/g)].map(([, d = '']) => d);
  expect(slowest.match(/M/g)).toHaveLength(2);
});

test('a story that measures for itself has a bar for each variant, counts added up, and no chart over time', () => {
  const value = { name: 'queries', samples: 1, atMs: 0, phase: 'p' };
  const page = renderRunPage(
    record({
      traffic: null,
      arms: {
        undefended: arm({ values: [{ ...value, value: 900, counted: false, variant: 'none' }] }),
        defended: arm({ values: [1, 1, 1].map((one) => ({ ...value, value: one, counted: true, variant: 'lock' })) }),
      },
    }),
  );
  expect(page).not.toContain('class="line');
  expect([...page.matchAll(/class="bar (\w+)"/g)].map(([, arm]) => arm)).toEqual(['undefended', 'defended']);
  expect(page).toMatch(/defended: lock<\/text>.*>3<\/text>/);
});
