import { isAnswered } from '../../load/index.js';
import { atMost, between, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story counts at the services. */
export const reached = {
  reads: 'reads that reached restaurant-service',
  writes: 'writes that reached user-service',
  guesses: 'guesses that were checked',
} as const;

/** What the story sees of the refusals. */
export const UNTOLD = 'refused without being told when to come again';
export const TOLD_TO_WAIT = 'told to wait, s';
export const LET_IN_AGAIN = 'let in at the time that it was told';

/** The limits of the gateway as they are outside of the lab; only their windows are shorter here. */
const LIMITS = { reads: 100, writes: 20, guesses: 5 } as const;

interface Parameters {
  readonly reads: number;
  readonly writes: number;
  readonly guesses: number;
  readonly windowMs: number;
}

/** The checks of a run: everything gets through without limits, and exactly each allowance with them. */
export function checksFor(p: Parameters): readonly Check[] {
  const kinds = ['reads', 'writes', 'guesses'] as const;
  return [
    ...kinds.map((kind): Check => ({
      arm: 'undefended',
      name: reached[kind],
      target: exactly(p[kind]),
      minSamples: p[kind],
      measure: (m) => m.value(reached[kind]),
    })),
    // Exactly: the flood is over long before the window is, and one place too many would be a race in the counting.
    ...kinds.map((kind): Check => ({
      arm: 'defended',
      name: reached[kind],
      target: exactly(LIMITS[kind]),
      minSamples: p[kind],
      measure: (m) => m.value(reached[kind]),
    })),
    {
      arm: 'defended',
      name: UNTOLD,
      target: exactly(0),
      minSamples: p.reads - LIMITS.reads + p.writes - LIMITS.writes + p.guesses - LIMITS.guesses,
      measure: (m) => m.value(UNTOLD),
    },
    // The longest wait is that of who asked last: until the window has slid past the first one.
    {
      arm: 'defended',
      name: TOLD_TO_WAIT,
      target: between(1, Math.ceil(p.windowMs / 1_000)),
      measure: (m) => m.value(TOLD_TO_WAIT),
    },
    { arm: 'defended', name: LET_IN_AGAIN, target: exactly(1), measure: (m) => m.value(LET_IN_AGAIN) },
    {
      arm: 'defended',
      name: 'reads of a neighbour that failed',
      target: exactly(0),
      minSamples: 20,
      measure: (m) => m.samples.tagged('neighbour').measure((s) => s.failed.count),
    },
    {
      arm: 'both',
      name: 'passwords checked, defended / undefended',
      target: atMost(0.5),
      minSamples: p.guesses,
      measure: ({ undefended, defended }) => ratio(defended.value(reached.guesses), undefended.value(reached.guesses)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  const all = (m: ArmMeasurements): string =>
    `${of(m, reached.reads)} reads, ${of(m, reached.writes)} writes and ${of(m, reached.guesses)} guesses`;
  const neighbour = defended.samples.tagged('neighbour');
  return [
    `Without limits ${all(undefended)} of one address reached the services: whoever sends most gets most, and a guess costs them a password hash each.`,
    `With them it was ${all(defended)}, each kind from an allowance of its own; the refusals told it to wait up to ${of(defended, TOLD_TO_WAIT)} s, and ${String(neighbour.where(isAnswered).count)} of ${String(neighbour.count)} reads of a neighbour at another address were answered meanwhile.`,
  ];
}

/** 0: all of them; 1: a few more than the limit; 2: the limit. */
export function answerOfThePrediction({ undefended, defended }: MeasuredArms): number {
  const { value } = defended.value(reached.guesses);
  if (value === undefended.value(reached.guesses).value) return 0;
  return value === LIMITS.guesses ? 2 : 1;
}
