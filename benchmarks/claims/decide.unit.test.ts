import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Figure, Measurement } from '../measurement/figure.js';
import { decide } from './decide.js';
import { figuresOf, outcomesOf, quantitiesOf, rule } from './rule.js';
import type { Limit, Quantity, Rule, Verdict } from './rule.js';

const FOLDER = fileURLToPath(new URL('../../docs/claims', import.meta.url));

/** The rules as the pages have them. */
const pages = readdirSync(FOLDER).flatMap((name) => {
  const [, head = ''] = /^---\n(.*?)\n---\n/s.exec(readFileSync(path.join(FOLDER, name), 'utf8')) ?? [];
  const matter = parse(head) as { rule?: unknown };
  return matter.rule === undefined ? [] : [{ id: name.slice(0, -3), decided: rule.parse(matter.rule) }];
});

const figure = (value: number, low = value, high = value): Figure => ({ unit: 'count', value, low, high, samples: 9 });

/** Figures that make a quantity come to a value. */
function figuresFor(quantity: Quantity, value: number): Measurement['figures'] {
  if (typeof quantity === 'string') return { [quantity]: figure(value) };
  if ('quotient' in quantity) return { [quantity.quotient[0]]: figure(value * 8), [quantity.quotient[1]]: figure(8) };
  if ('share' in quantity) return { [quantity.share[0]]: figure(value), [quantity.share[1]]: figure(100) };
  return { [quantity.difference[0]]: figure(value + 8), [quantity.difference[1]]: figure(8) };
}

const linesOf = (line: Limit): readonly number[] =>
  'between' in line ? line.between : 'atLeast' in line ? [line.atLeast] : [line.atMost];

/** Said again in other words than `decide` says it. */
function isWithin(value: number, line: Limit): boolean {
  if ('between' in line) return value >= line.between[0] && value <= line.between[1];
  return 'atLeast' in line ? value >= line.atLeast : value <= line.atMost;
}

/** A value on each line, and a little on either side of it. */
const aroundLines = (lines: readonly number[]): readonly number[] =>
  lines.flatMap((line) => {
    const little = Math.max(1, Math.abs(line)) / 1_000;
    return [line - little, line, line + little];
  });

function expectedOfOne({ holds, depends }: Extract<Rule, { of: Quantity }>, value: number): Verdict {
  if (isWithin(value, holds)) return 'holds';
  return depends && isWithin(value, depends) ? 'depends' : 'does not hold';
}

test('there are at least sixty claims with a rule', () => {
  expect(pages.length).toBeGreaterThanOrEqual(60);
});

test.each(pages)(
  'the rule of $id comes to each of its verdicts, by what is measured on either side of its lines',
  ({ decided }) => {
    const seen = new Set<string>();
    if ('of' in decided) {
      for (const value of aroundLines(
        [decided.holds, ...(decided.depends ? [decided.depends] : [])].flatMap(linesOf),
      )) {
        const { verdict } = decide(decided, { figures: figuresFor(decided.of, value), withheld: {} });
        expect(verdict, String(value)).toBe(expectedOfOne(decided, value));
        seen.add(verdict);
      }
    } else {
      const values = aroundLines(linesOf(decided.holds));
      for (const first of values)
        for (const others of values) {
          const figures = decided.each.map((quantity, n) => figuresFor(quantity, n === 0 ? first : others));
          const { verdict } = decide(decided, {
            figures: Object.assign({}, ...figures) as Measurement['figures'],
            withheld: {},
          });
          const inside = [first, others].filter((value) => isWithin(value, decided.holds)).length;
          expect(verdict, `${String(first)}, ${String(others)}`).toBe(
            inside === 2 ? 'holds' : inside === 0 ? 'does not hold' : 'depends',
          );
          seen.add(verdict);
        }
    }
    expect([...seen].sort()).toEqual([...outcomesOf(decided)].sort());
  },
);

test.each(pages)('$id is not measurable when a figure was withheld, for the reason that was given', ({ decided }) => {
  const withheld = Object.fromEntries(figuresOf(decided).map((name) => [name, 'There is no such engine here.']));
  expect(decide(decided, { figures: {}, withheld })).toMatchObject({
    verdict: 'not measurable here',
    reason: 'There is no such engine here.',
  });
});

test.each(pages.filter(({ decided }) => 'of' in decided))(
  '$id is undecided when the repetitions lie on both sides of a line',
  ({ decided }) => {
    const [line = 0] = linesOf(decided.holds);
    const [quantity] = quantitiesOf(decided);
    if (!quantity) throw new Error('expected a quantity');
    const figures = Object.fromEntries(
      Object.entries(figuresFor(quantity, line)).map(([name, { value }], n) => [
        name,
        n === 0 ? figure(value, value - 1 - Math.abs(value) / 2, value + 1 + Math.abs(value)) : figure(value),
      ]),
    );
    expect(decide(decided, { figures, withheld: {} })).toMatchObject({ verdict: 'undecided' });
  },
);

test('a rule that says what it depends on without a line for it is refused', () => {
  expect(rule.safeParse({ of: 'x', holds: { atLeast: 1 }, on: 'the weather' }).success).toBe(false);
  expect(rule.safeParse({ each: ['x'], holds: { atLeast: 1 }, on: 'the weather' }).success).toBe(false);
  expect(rule.safeParse({ of: 'x', holds: { between: [2, 1] } }).success).toBe(false);
});

test('figures of two units cannot be compared', () => {
  const figures = { a: figure(1), b: { ...figure(1), unit: 'ms' as const } };
  const mixed = rule.parse({ of: { quotient: ['a', 'b'] }, holds: { atLeast: 1 } });
  expect(() => decide(mixed, { figures, withheld: {} })).toThrow(/of count and ms: expected one unit/);
});
