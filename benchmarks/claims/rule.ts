import { z } from 'zod';

const number = z.number();
/** The name of a figure, or what is computed of two. */
const quantity = z.union([
  z.string().min(1),
  /** The first divided by the second. */
  z.strictObject({ quotient: z.tuple([z.string(), z.string()]) }),
  /** The first less the second, in the unit of both. */
  z.strictObject({ difference: z.tuple([z.string(), z.string()]) }),
  /** The first in percent of the second. */
  z.strictObject({ share: z.tuple([z.string(), z.string()]) }),
]);

/** Where a line is drawn. What lies on it is inside. */
const limit = z.union([
  z.strictObject({ atLeast: number }),
  z.strictObject({ atMost: number }),
  z
    .strictObject({ between: z.tuple([number, number]) })
    .refine(({ between: [low, high] }) => low <= high, { message: 'expected the lower end of "between" first' }),
]);

/** What the verdict depends on, as the end of "It depends on ...". */
const on = z.string().trim().min(1);

const ofOne = z
  .strictObject({ of: quantity, holds: limit, depends: limit.exactOptional(), on: on.exactOptional() })
  .refine(({ depends, on }) => (depends === undefined) === (on === undefined), {
    message: 'expected "depends" and "on", what it depends on, together or neither',
  });

const ofSeveral = z.strictObject({ each: z.array(quantity).min(2), holds: limit, on });

/**
 * Decides a claim, as data. One quantity with a line for `holds` and perhaps one for `depends`; or the same quantity measured under
 * several conditions, with one line: it holds in all of them, in none, or it depends on the condition.
 */
export const rule = z.union([ofOne, ofSeveral]);

export type Rule = z.output<typeof rule>;
export type Quantity = z.output<typeof quantity>;
export type Limit = z.output<typeof limit>;

/** The verdicts that a rule can come to. */
export type RuledVerdict = 'holds' | 'does not hold' | 'depends';
/** The verdicts on a claim. */
export const VERDICTS = ['holds', 'does not hold', 'depends', 'not measurable here'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a rule looks at, in order. */
export const quantitiesOf = (decided: Rule): readonly Quantity[] => ('each' in decided ? decided.each : [decided.of]);

/** The names of the figures that a rule needs. */
export function figuresOf(decided: Rule): readonly string[] {
  return [...new Set(quantitiesOf(decided).flatMap(partsOf))];
}

/** Which verdicts a rule leaves open. */
export function outcomesOf(decided: Rule): readonly RuledVerdict[] {
  const depends = 'each' in decided || decided.depends !== undefined;
  return depends ? ['holds', 'depends', 'does not hold'] : ['holds', 'does not hold'];
}

function partsOf(quantity: Quantity): readonly string[] {
  if (typeof quantity === 'string') return [quantity];
  if ('quotient' in quantity) return quantity.quotient;
  return 'difference' in quantity ? quantity.difference : quantity.share;
}

/** A quantity in words, e.g. `find / get`. */
export function wordsOf(quantity: Quantity): string {
  if (typeof quantity === 'string') return quantity;
  if ('quotient' in quantity) return quantity.quotient.join(' / ');
  if ('difference' in quantity) return quantity.difference.join(' - ');
  return `${quantity.share[0]}, in % of ${quantity.share[1]}`;
}

/** A limit in words, e.g. `at least 10`. */
export function limitInWords(line: Limit): string {
  if ('atLeast' in line) return `at least ${String(line.atLeast)}`;
  if ('atMost' in line) return `at most ${String(line.atMost)}`;
  const [low, high] = line.between;
  return low === high ? String(low) : `${String(low)} to ${String(high)}`;
}
