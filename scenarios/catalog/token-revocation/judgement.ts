import { atLeast, between, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story counts. */
export const values = {
  before: 'tokens that worked before',
  validFor: 'left of their life when they signed out',
  used: 'uses of a token after its logout',
  refreshed: 'refresh tokens that worked after the logout',
  usedEverywhere: 'tokens that worked after signing out everywhere',
  again: 'people who could sign in again',
  noted: 'tokens noted in Redis for a while',
  notedFor: 'longest note in Redis',
} as const;

/** An access token lives for 15 minutes; a note of it 10 s longer, because clocks differ. */
const TOKEN_S = 900;
const NOTE_S = TOKEN_S + 10;
/** Each robbed person is tried at least so often, also on a machine that takes a second for a round. */
const ROUNDS = 3;

interface Parameters {
  readonly people: number;
}

/** The checks of a run. */
export function checksFor({ people }: Parameters): readonly Check[] {
  const check = (arm: ArmName, name: string, target: Target, minSamples: number, unit = ''): Check => ({
    arm,
    name,
    target,
    minSamples,
    unit,
    measure: (m) => m.value(name),
  });
  return [
    {
      arm: 'undefended',
      name: `${values.used}, of all`,
      target: exactly(100),
      unit: '%',
      minSamples: ROUNDS * people,
      measure: (m) => percentUsed(m),
    },
    check('undefended', values.usedEverywhere, exactly(3), 3),
    // A minute for the story so far: the rest of its 15 is what the thief has.
    check('undefended', values.validFor, atLeast(TOKEN_S - 60), people, 's'),
    check('undefended', values.refreshed, exactly(0), people),
    check('defended', values.before, exactly(people), people),
    check('defended', values.used, exactly(0), ROUNDS * people),
    check('defended', values.usedEverywhere, exactly(0), 3),
    check('defended', values.again, exactly(1), 1),
    check('defended', values.refreshed, exactly(0), people),
    check('defended', values.noted, exactly(people), people),
    check('defended', values.notedFor, between(1, NOTE_S), people, 's'),
  ];
}

function percentUsed(m: ArmMeasurements): ReturnType<Check['measure']> {
  const { value, samples } = m.value(values.used);
  return { value: typeof value === 'number' && samples > 0 ? (100 * value) / samples : undefined, samples };
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  const tries = (m: ArmMeasurements): string => String(m.value(values.used).samples);
  return [
    `A signature does not know that somebody has signed out: the thief got in ${of(undefended, values.used)} times of ${tries(undefended)}, and could have gone on for ${of(undefended, values.validFor)} s.`,
    `With one look into Redis at each request he got in ${of(defended, values.used)} times of ${tries(defended)}, from the first one on; what Redis keeps for it is the id of each token, for at most ${of(defended, values.notedFor)} s.`,
  ];
}

/** 0: when it expires; 1: some seconds later; 2: at once. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value, samples } = defended.value(values.used);
  if (value === 0) return 2;
  return value === samples ? 0 : 1;
}
