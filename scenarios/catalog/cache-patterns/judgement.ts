import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

export const patterns = {
  aside: 'aside',
  readThrough: 'read-through',
  through: 'write-through',
  behind: 'write-behind',
} as const;

/** What the story measures for each pattern. */
export const values = {
  change: 'time of a change (median)',
  unsaved: 'answered before they are saved',
  waiting: 'next readers who wait for a query',
  stale: 'next readers who see the old name',
  lost: 'lost in a crash',
  shown: 'lost, but still shown',
} as const;

/** Each is renamed twice with each pattern. */
export const RESTAURANTS = 6;
/** They wait for one flush: as good as all of them. A machine so busy that the first had been waiting for seconds may save it. */
const MOST = RESTAURANTS / 2;
/** A copy that fills itself was given four times as long as the query takes; a busy machine may need longer now and then. */
const FEW = RESTAURANTS / 2;
/** One query (what is changed?) instead of two (and the change itself); the rest of the way costs both the same. */
const SPARED = 0.85;

const SAVES_FIRST = [patterns.aside, patterns.readThrough, patterns.through] as const;

/** The checks of a run: who answers first loses what it answered, who saves first does not. */
export function checksFor(): readonly Check[] {
  const check = (arm: ArmName, pattern: string, name: string, target: Target): Check => ({
    arm,
    name: `${name}, ${pattern}`,
    target,
    minSamples: RESTAURANTS,
    measure: (m) => m.variant(pattern).value(name),
  });
  const change = (m: ArmMeasurements, pattern: string): ReturnType<ArmMeasurements['value']> =>
    m.variant(pattern).value(values.change);
  return [
    check('undefended', patterns.behind, values.unsaved, atLeast(MOST)),
    check('undefended', patterns.behind, values.lost, atLeast(MOST)),
    check('undefended', patterns.behind, values.shown, atLeast(MOST)),
    ...SAVES_FIRST.flatMap((pattern) => [
      check('defended', pattern, values.unsaved, exactly(0)),
      check('defended', pattern, values.stale, exactly(0)),
      check('defended', pattern, values.lost, exactly(0)),
    ]),
    check('defended', patterns.aside, values.waiting, exactly(RESTAURANTS)),
    check('defended', patterns.readThrough, values.waiting, atMost(FEW)),
    check('defended', patterns.through, values.waiting, exactly(0)),
    {
      arm: 'both',
      name: 'time of a change, write-behind / write-through',
      target: atMost(SPARED),
      minSamples: RESTAURANTS,
      measure: ({ undefended, defended }) =>
        ratio(change(undefended, patterns.behind), change(defended, patterns.through)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, pattern: string, name: string): string => {
    const { value } = m.variant(pattern).value(name);
    return typeof value === 'number' ? value.toFixed(0) : 'an unknown number';
  };
  const behind = (name: string): string => of(undefended, patterns.behind, name);
  return [
    `Write-behind answered a change after ${behind(values.change)} ms, before MongoDB had it; the crash took ${behind(values.lost)} of ${String(RESTAURANTS)} answered changes along, and ${behind(values.shown)} of them are still shown to customers by their copies.`,
    `The others saved first and lost ${SAVES_FIRST.map((pattern) => of(defended, pattern, values.lost)).join(', ')}; it took write-through ${of(defended, patterns.through, values.change)} ms. They differ in who fills the cache: after a change ${of(defended, patterns.aside, values.waiting)} of ${String(RESTAURANTS)} readers waited for a query with cache-aside, ${of(defended, patterns.readThrough, values.waiting)} with read-through, ${of(defended, patterns.through, values.waiting)} with write-through.`,
  ];
}

/** 0: the change for good; 1: the old name; 2: the change for a while. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const count = (name: string): number => Number(undefended.variant(patterns.behind).value(name).value ?? 0);
  if (count(values.lost) === 0) return 0;
  return count(values.shown) === 0 ? 1 : 2;
}
