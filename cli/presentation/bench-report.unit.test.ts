import type { BenchRecord } from '@quickbite/benchmarks/records';
import type { Suite } from '@quickbite/benchmarks/suites';
import { compareMeasurements } from '@quickbite/benchmarks/measurement';
import { expect, test } from 'vitest';
import { renderBenchPage } from '../html/bench-page.js';
import { renderResultsPage } from '../results-page.js';
import { formatBand, formatFigure } from './bench-figures.js';
import { renderBench, renderBenchComparison } from './bench-report.js';
import { createTheme } from './theme.js';

const theme = createTheme('stdout');
const figure = (value: number, unit: 'ms' | '/s' | '%' | 'bytes' = 'ms') => ({
  unit,
  value,
  low: value * 0.9,
  high: value * 1.1,
  samples: 300,
});

const suite: Suite = {
  id: 'shop',
  title: 'A shop & more',
  question: 'How many are served?',
  limit: 'The till, which is one.',
  concepts: [],
  questions: [],
  figures: {
    'shop-rate': { what: 'customers who are served', unit: '/s', goal: { atLeast: 3000 } },
    'shop-p50': { what: 'half of them within', unit: 'ms' },
  },
  charts: [{ title: 'served a second', bars: { 'shop-rate': 'the shop', 'other-rate': 'another' } }],
  measure: () => Promise.reject(new Error('not here')),
};

const record: BenchRecord = {
  schemaVersion: 1,
  runId: '20260101T000000-bench-shop',
  suite: { id: 'shop', title: suite.title, question: suite.question },
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  settings: { repetitions: 3, seconds: 4, warmUpSeconds: 2 },
  machine: {
    quickbite: '1',
    node: 'v20',
    platform: 'linux',
    cpu: 'A <fast> one',
    cores: 2,
    memoryBytes: 1,
    loadBefore: 0.5,
    engines: { redis: 'embedded' },
  },
  figures: {
    'shop-rate': figure(3100, '/s'),
    'shop-p50': figure(2.5),
    'shop-cpu-till': figure(40, '%'),
    'shop-memory-till': figure(100 * 2 ** 20, 'bytes'),
    'shop-cpu-baker': figure(95, '%'),
  },
  withheld: { 'shop-p99': 'a repetition had 100 samples', 'shop-p90': 'a repetition had 100 samples' },
};

test('figures are shown with their unit, and as many digits as mean something', () => {
  expect(formatFigure({ value: 1942.4, unit: '/s' })).toBe('1,942 /s');
  expect(formatFigure({ value: 3.147, unit: 'ms' })).toBe('3.15 ms');
  expect(formatFigure({ value: 148 * 2 ** 20, unit: 'bytes' })).toBe('148 MB');
  expect(formatBand(figure(100, '/s'))).toBe('90 to 110');
  expect(formatBand({ ...figure(1), low: 1, high: 1 })).toBe('');
});

test('a report says where it was measured, draws what is there, and names the busiest process first', () => {
  const shown = renderBench(record, suite, theme, 80);
  expect(shown).toContain('2 cores, A <fast> one');
  expect(shown).toMatch(/the shop +[█#]+ 3,100 \/s/);
  expect(shown).not.toContain('another');
  expect(shown.indexOf('baker')).toBeLessThan(shown.indexOf('till'));
  expect(shown).toContain('withheld: shop-p99, shop-p90: a repetition had 100 samples');
});

test('a comparison names what changed beyond the noise, and counts the rest', () => {
  const after = { ...record, figures: { ...record.figures, 'shop-p50': figure(5) } };
  const shown = renderBenchComparison(compareMeasurements(record, after), theme);
  expect(shown).toMatch(/shop-p50 .*more, 2\.00\s+times/s);
  expect(shown).not.toContain('shop-rate');
  expect(shown).toContain('4 of 5 figures did not change beyond the noise');
});

test('the exported page needs nothing from elsewhere, and what is measured cannot become markup', () => {
  const page = renderBenchPage(record, suite);
  expect(page).not.toMatch(/<script|src=|href=|url\(|@import|https?:/);
  expect(page).toContain('A &lt;fast&gt; one');
  expect(page).toContain('A shop &amp; more');
  expect(page).toContain('<svg');
});

test('the page of results names the machine, the goals and what limits', () => {
  const page = renderResultsPage([record], [suite]);
  expect(page).toContain('A <fast> one');
  expect(page).toContain('| `shop-rate` | 3,100 /s | 2,790 to 3,410 | customers who are served; goal 3,000 |');
  expect(page).toContain('| `shop` | baker 95 %, till 40 % |');
});

test('a run that was profiled says whose code ran, the busiest process first, without what is too little to matter', () => {
  const profiled: BenchRecord = {
    ...record,
    profiles: {
      shop: {
        till: {
          busy: 40.2,
          places: [
            { place: 'express', share: 61 },
            { place: 'zod', share: 2 },
          ],
        },
        baker: { busy: 95, places: [{ place: 'shared/cache', share: 80.6 }] },
        guard: { busy: 4, places: [{ place: 'express', share: 100 }] },
      },
    },
  };
  const text = renderBench(profiled, suite, theme, 100).replaceAll('\u00a0', ' ');
  expect(text).toContain(
    '  shop, profiled: whose code ran while a process had work\n  baker, busy 95 %: shared/cache 81 %\n  till, busy 40 %: express 61 %',
  );
  expect(text).not.toContain('guard');
  expect(renderResultsPage([profiled], [suite]).replaceAll('\u00a0', ' ')).toContain(
    '| `shop` | baker | 95 % | shared/cache 81 % |',
  );
  expect(renderBenchPage(profiled, suite)).toContain('<td>shared/cache 81');
  for (const shown of [text, renderBenchPage(profiled, suite)])
    expect(shown).toContain('What limits it: The till, which is one.');
  expect(renderBench(record, suite, theme, 100)).not.toContain('profiled');
});
