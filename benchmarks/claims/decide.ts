import type { Figure, Measurement } from '../measurement/figure.js';
import { limitInWords, quantitiesOf, wordsOf } from './rule.js';
import type { Limit, Quantity, Rule, Verdict } from './rule.js';

/** A quantity as it was measured. */
export interface MeasuredQuantity extends Figure {
  /** E.g. `find / get`. */
  readonly name: string;
}

/** What a measurement says about a claim. `undecided`: it lies on both sides of a line, so that luck would decide. */
export interface Decision {
  readonly verdict: Verdict | 'undecided';
  /** One sentence. */
  readonly reason: string;
  readonly quantities: readonly MeasuredQuantity[];
}

type Place = 'inside' | 'outside' | 'both';

/** Decides a claim by its rule. A figure that is missing makes it not measurable, for the reason that the measurement gives. */
export function decide(rule: Rule, measurement: Measurement): Decision {
  const measured = quantitiesOf(rule).map((quantity) => measure(quantity, measurement));
  const missing = measured.find((one) => typeof one === 'string');
  if (missing !== undefined) return { verdict: 'not measurable here', reason: missing, quantities: [] };
  const quantities = measured.filter((one) => typeof one !== 'string');
  const { verdict, reason } = 'each' in rule ? decideEach(rule, quantities) : decideOne(rule, quantities);
  return { verdict, reason, quantities };
}

type Decided = Omit<Decision, 'quantities'>;

function decideOne(rule: Extract<Rule, { of: Quantity }>, [quantity]: readonly MeasuredQuantity[]): Decided {
  if (!quantity) throw new Error('expected a measured quantity for a rule of one');
  const lines = [rule.holds, ...(rule.depends ? [rule.depends] : [])];
  const crossed = lines.find((line) => placeOf(quantity, line) === 'both');
  if (placeOf(quantity, rule.holds) === 'inside') return { verdict: 'holds', reason: inWords(quantity, rule.holds) };
  if (crossed) return undecided(quantity, crossed);
  if (rule.depends && placeOf(quantity, rule.depends) === 'inside')
    return { verdict: 'depends', reason: `It depends on ${rule.on ?? 'what is measured'}.` };
  return { verdict: 'does not hold', reason: inWords(quantity, rule.holds) };
}

function decideEach(rule: Extract<Rule, { each: unknown }>, quantities: readonly MeasuredQuantity[]): Decided {
  const places = quantities.map((quantity) => placeOf(quantity, rule.holds));
  // Where some are inside and some outside it depends, whatever luck says about the others.
  if (places.includes('inside') && places.includes('outside'))
    return { verdict: 'depends', reason: `It depends on ${rule.on}.` };
  const crossing = quantities.find((_, n) => places[n] === 'both');
  if (crossing) return undecided(crossing, rule.holds);
  const said = quantities.map((quantity) => shown(quantity)).join(', ');
  const verdict = places[0] === 'inside' ? 'holds' : 'does not hold';
  return { verdict, reason: `Measured ${said}; the claim needs ${limitInWords(rule.holds)}.` };
}

function undecided(quantity: MeasuredQuantity, line: Limit): Decided {
  const reason = `${quantity.name} was between ${number(quantity.low)} and ${number(quantity.high)}, on both sides of the line (${limitInWords(line)}): repeat it when the machine is quiet.`;
  return { verdict: 'undecided', reason };
}

const inWords = (quantity: MeasuredQuantity, line: Limit): string =>
  `Measured ${shown(quantity)}; the claim needs ${limitInWords(line)}.`;

const shown = (quantity: MeasuredQuantity): string => `${quantity.name} = ${withUnit(quantity)}`;

/** A figure as people read it, e.g. `12.5 ms`. */
export function withUnit({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const spaced = unit === 'count' || unit === 'ratio' ? '' : unit === '/s' ? unit : ` ${unit}`;
  return `${number(value)}${spaced}`;
}

/** Three significant digits under a thousand, whole above. */
export function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

function placeOf({ low, high }: Figure, line: Limit): Place {
  const [from, to] = rangeOf(line);
  if (low >= from && high <= to) return 'inside';
  return high < from || low > to ? 'outside' : 'both';
}

function rangeOf(line: Limit): readonly [number, number] {
  if ('atLeast' in line) return [line.atLeast, Infinity];
  return 'atMost' in line ? [-Infinity, line.atMost] : line.between;
}

/** @returns the quantity, or why it was not measured */
function measure(quantity: Quantity, { figures, withheld }: Measurement): MeasuredQuantity | string {
  const name = wordsOf(quantity);
  const get = (figure: string): Figure | string =>
    figures[figure] ?? withheld[figure] ?? `"${figure}" was not measured.`;
  if (typeof quantity === 'string') {
    const figure = get(quantity);
    return typeof figure === 'string' ? figure : { name, ...figure };
  }
  const [a, b] = (
    'quotient' in quantity ? quantity.quotient : 'share' in quantity ? quantity.share : quantity.difference
  ).map(get);
  if (a === undefined || b === undefined) throw new Error(`expected two figures in "${name}"`);
  if (typeof a === 'string') return a;
  if (typeof b === 'string') return b;
  if (a.unit !== b.unit) throw new Error(`"${name}" is of ${a.unit} and ${b.unit}: expected one unit`);
  const samples = Math.min(a.samples, b.samples);
  if ('difference' in quantity)
    return { name, unit: a.unit, value: a.value - b.value, low: a.low - b.high, high: a.high - b.low, samples };
  if (b.low <= 0) return `"${name}" cannot be computed: there was nothing to divide by.`;
  const [factor, unit] = 'share' in quantity ? ([100, '%'] as const) : ([1, 'ratio'] as const);
  return {
    name,
    unit,
    value: (factor * a.value) / b.value,
    low: (factor * a.low) / b.high,
    high: (factor * a.high) / b.low,
    samples,
  };
}
