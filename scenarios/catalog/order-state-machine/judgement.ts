import { exactly } from '../../protocol/index.js';
import type { ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const measured = {
  legal: 'steps that follow, taken',
  illegal: 'steps that do not follow, taken',
  refusedWith409: 'steps refused with 409',
  unpaid: 'unpaid orders in the kitchen',
  risen: 'cancelled orders that came back',
} as const;

/** The states that are tried. */
export const STARTS = ['PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'CANCELLED'] as const;
export type Start = (typeof STARTS)[number];

/** What a restaurant may ask for, written down once more: a table that was read from the service could not find it wrong. */
const FOLLOWS: Readonly<Record<Start, readonly string[]>> = {
  PENDING: ['CANCELLED'],
  CONFIRMED: ['PREPARING', 'CANCELLED'],
  PREPARING: ['READY', 'CANCELLED'],
  READY: ['CANCELLED'],
  CANCELLED: [],
};

/** Each state from each state, as far as a restaurant may ask for it. */
export const STEPS = STARTS.flatMap((from) =>
  ['PREPARING', 'READY', 'CANCELLED'].map((to) => ({ from, to, follows: FOLLOWS[from].includes(to) })),
);

const LEGAL = STEPS.filter(({ follows }) => follows).length;
const ILLEGAL = STEPS.length - LEGAL;

interface Parameters {
  readonly rounds: number;
}

/** The checks of a run. All exact: a step follows or it does not. */
export function checksFor({ rounds }: Parameters): readonly Check[] {
  const check = (arm: ArmName, name: string, wanted: number, minSamples: number): Check => ({
    arm,
    name,
    target: exactly(wanted),
    minSamples,
    measure: (m) => ({ value: m.value(name).value, samples: STEPS.length * rounds }),
  });
  const all = STEPS.length * rounds;
  return [
    check('undefended', measured.legal, LEGAL * rounds, all),
    check('undefended', measured.illegal, ILLEGAL * rounds, all),
    check('undefended', measured.unpaid, 2 * rounds, all),
    check('undefended', measured.risen, 2 * rounds, all),
    check('defended', measured.legal, LEGAL * rounds, all),
    check('defended', measured.illegal, 0, all),
    check('defended', measured.refusedWith409, ILLEGAL * rounds, all),
    check('defended', measured.unpaid, 0, all),
    check('defended', measured.risen, 0, all),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const number = (m: MeasuredArms['defended'], name: string): string =>
    String(m.value(name).value ?? 'an unknown number of');
  return [
    `Without a state machine ${number(undefended, measured.illegal)} steps were taken that do not follow: ${number(undefended, measured.unpaid)} unpaid orders went into the kitchen and ${number(undefended, measured.risen)} cancelled ones came back, because being allowed to move an order is not the same as the step making sense.`,
    `With it ${number(defended, measured.illegal)} were taken, ${number(defended, measured.refusedWith409)} were refused with 409, and the ${number(defended, measured.legal)} steps that follow went through as before.`,
  ];
}

/** 0: 200; 1: 403; 2: 409. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  if (Number(defended.value(measured.illegal).value ?? 0) > 0) return 0;
  return Number(defended.value(measured.refusedWith409).value ?? 0) > 0 ? 2 : 1;
}
