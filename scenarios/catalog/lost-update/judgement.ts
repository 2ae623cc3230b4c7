import { atLeast, exactly } from '../../protocol/index.js';
import type { Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const measured = {
  bothTold: 'orders of which both were told yes',
  oneTold: 'orders of which one was told yes',
  toldWrong: 'orders of which somebody was told wrong',
} as const;

/** Without a version nearly every race is lost; a busy machine may let one be over before the other begins. */
const HALF = 0.5;
/** A driver who is assigned in the very moment makes both versions old: then both are refused, and nothing is lost. */
const MOST = 0.7;

interface Parameters {
  readonly orders: number;
}

/** The checks of a run. */
export function checksFor({ orders }: Parameters): readonly Check[] {
  return [
    {
      arm: 'undefended',
      name: measured.bothTold,
      target: atLeast(HALF * orders),
      minSamples: orders,
      measure: (m) => m.value(measured.bothTold),
    },
    {
      arm: 'undefended',
      name: measured.toldWrong,
      target: atLeast(HALF * orders),
      minSamples: orders,
      measure: (m) => m.value(measured.toldWrong),
    },
    {
      arm: 'defended',
      name: measured.bothTold,
      target: exactly(0),
      minSamples: orders,
      measure: (m) => m.value(measured.bothTold),
    },
    {
      arm: 'defended',
      name: measured.toldWrong,
      target: exactly(0),
      minSamples: orders,
      measure: (m) => m.value(measured.toldWrong),
    },
    {
      arm: 'defended',
      name: measured.oneTold,
      target: atLeast(MOST * orders),
      minSamples: orders,
      measure: (m) => m.value(measured.oneTold),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { orders }: Parameters): readonly [string, string] {
  const number = (m: MeasuredArms['defended'], name: string): string =>
    String(m.value(name).value ?? 'an unknown number');
  return [
    `Without a version in the write, both sides were told yes for ${number(undefended, measured.bothTold)} of ${String(orders)} orders: each had read the order before the other wrote it, and the last write won, so that ${number(undefended, measured.toldWrong)} times somebody believes what is not so.`,
    `With the version in the filter of the write, that happened ${number(defended, measured.bothTold)} times: ${number(defended, measured.oneTold)} times one write found the version it was based on, and the other found nothing and became a 409.`,
  ];
}

/** 0: both yes; 1: one of them; 2: both no. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const of = (name: string): number => Number(defended.value(name).value ?? 0);
  if (of(measured.bothTold) > 0) return 0;
  return of(measured.oneTold) > 0 ? 1 : 2;
}
