import { atLeast, atMost, between, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures, for each variant. */
export const values = {
  share: 'share of the second consumer',
  redelivered: 'redelivered when the first died',
  untold: 'events that nobody was told of',
} as const;

/** How many messages an instance is sent before it acknowledges one. */
export const LIMITS = { 'no limit': 0, 'prefetch 1': 1, 'prefetch 10': 10 } as const;
export const VARIANTS = { undefended: ['no limit'], defended: ['prefetch 1', 'prefetch 10'] } as const;
type Limit = keyof typeof LIMITS;

/** Far above what any prefetch of the defended arm allows; there are about a hundred on a quiet machine, fewer when it takes longer. */
const HOARD = 20;

interface Parameters {
  readonly messages: number;
}

/** The checks of a run. */
export function checksFor({ messages }: Parameters): readonly Check[] {
  const check = (arm: ArmName, limit: Limit, name: string, target: Check['target'], more = {}): Check => ({
    arm,
    name: `${name}, ${limit}`,
    target,
    ...more,
    measure: (m) => m.variant(limit).value(name),
  });
  // The share is of what both handled while both worked; with fewer than this, chance decides it.
  const handled = { unit: '%', minSamples: 5 };
  const all = { minSamples: messages };
  return [
    check('undefended', 'no limit', values.share, exactly(0), handled),
    check('undefended', 'no limit', values.redelivered, atLeast(HOARD)),
    check('undefended', 'no limit', values.untold, exactly(0), all),
    ...VARIANTS.defended.flatMap((limit) => [
      // Both are equally slow: a half each, give or take who was busy with something else on a busy machine.
      check('defended', limit, values.share, between(25, 75), handled),
      check('defended', limit, values.redelivered, atMost(LIMITS[limit])),
      check('defended', limit, values.untold, exactly(0), all),
    ]),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { messages }: Parameters): readonly [string, string] {
  const of = (m: ArmMeasurements, limit: Limit, name: string): string => {
    const { value } = m.variant(limit).value(name);
    return typeof value === 'number' ? String(Math.round(value)) : 'an unknown number of';
  };
  return [
    `Without a limit the broker sent all ${String(messages)} messages to the one consumer that was there: the second found an empty queue and did ${of(undefended, 'no limit', values.share)} % of the work, and when the first died, ${of(undefended, 'no limit', values.redelivered)} messages that had waited inside of it had to be delivered again.`,
    `With a prefetch of 10 what is not in work stays in the queue, where anybody can take it: the second consumer did ${of(defended, 'prefetch 10', values.share)} % and ${of(defended, 'prefetch 10', values.redelivered)} messages were delivered again; with 1 it was ${of(defended, 'prefetch 1', values.share)} % and ${of(defended, 'prefetch 1', values.redelivered)}.`,
  ];
}

/** 0: half; 1: a little; 2: nothing. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value } = undefended.variant('no limit').value(values.share);
  if (value === 0) return 2;
  return typeof value === 'number' && value < 25 ? 1 : 0;
}
