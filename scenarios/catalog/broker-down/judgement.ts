import { exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story counts, for each variant. */
export const values = {
  toldYes: 'told yes while the broker is down',
  saved: 'orders saved while it is down',
  unheard: 'of those, never heard of',
  toldYesSilent: 'told yes while the broker is silent',
} as const;

/** What becomes of an event that cannot be published. */
export const VARIANTS = { logged: 'error logged', answered: 'error answered', outbox: 'outbox' } as const;

/** Saved, published or not, and told of: each exact. An order that is accepted is promised, and one lost event is one too many. */
export function checksFor({ customers }: { readonly customers: number }): readonly Check[] {
  const check = (arm: ArmName, variant: string, name: string, wanted: number): Check => ({
    arm,
    name: `${name}, ${variant}`,
    target: exactly(wanted),
    minSamples: customers,
    measure: (m) => m.variant(variant).value(name),
  });
  const undefended = (variant: string, toldYes: number): readonly Check[] => [
    check('undefended', variant, values.toldYes, toldYes),
    check('undefended', variant, values.saved, customers),
    check('undefended', variant, values.unheard, customers),
    // No confirm comes, and the request waits for it longer than the gateway waits for the request.
    check('undefended', variant, values.toldYesSilent, 0),
  ];
  return [
    ...undefended(VARIANTS.logged, customers),
    ...undefended(VARIANTS.answered, 0),
    check('defended', VARIANTS.outbox, values.toldYes, customers),
    check('defended', VARIANTS.outbox, values.saved, customers),
    check('defended', VARIANTS.outbox, values.unheard, 0),
    check('defended', VARIANTS.outbox, values.toldYesSilent, customers),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain(
  { undefended, defended }: MeasuredArms,
  { customers }: { readonly customers: number },
): readonly [string, string] {
  const of = (m: ArmMeasurements, variant: string, name: string): string =>
    String(m.variant(variant).value(name).value ?? 'an unknown number');
  const { logged, answered, outbox } = VARIANTS;
  return [
    `Published in the request, every answer was wrong: with the error logged ${of(undefended, logged, values.toldYes)} of ${String(customers)} customers were told yes and ${of(undefended, logged, values.unheard)} orders were never heard of; with the error answered ${of(undefended, answered, values.toldYes)} were told yes although ${of(undefended, answered, values.saved)} orders were saved; and while the broker was silent the requests waited for its confirm until the gateway gave up.`,
    `With the event in the order's own document, ${of(defended, outbox, values.toldYes)} of ${String(customers)} were accepted without the broker and ${of(defended, outbox, values.toldYesSilent)} while it was silent, and ${of(defended, outbox, values.unheard)} remained unheard of: the request needs the database and nothing else.`,
  ];
}

/** 0: nothing was saved; 1: saved, and an error; 2: heard of after all. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const measured = undefended.variant(VARIANTS.answered);
  if (measured.value(values.saved).value === 0) return 0;
  return measured.value(values.unheard).value === 0 ? 2 : 1;
}
