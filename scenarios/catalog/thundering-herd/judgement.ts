import { isAnswered } from '../../load/index.js';
import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const QUERIES = 'queries to MongoDB';

/** So few may slip through: a holder that is just done, and one who looked before it was. */
const FEW = 3;
/** Readers who refresh early do not know of each other: several may, while the first one loads. */
const SOME = 20;
/** What a defended herd may ask of the database, of what an undefended one asks. */
const FIFTH = 0.2;

interface Parameters {
  readonly herd: number;
}

/** The checks of a run: without a strategy the herd reaches the database, with each of them hardly anybody does. */
export function checksFor({ herd }: Parameters): readonly Check[] {
  const queries = (variant: string) => (m: ArmMeasurements) => m.variant(variant).value(QUERIES);
  return [
    { arm: 'undefended', name: 'queries', target: atLeast(herd / 20), minSamples: herd, measure: queries('none') },
    ...['lock', 'coalescing', 'stale-while-revalidate', 'early'].map((variant): Check => ({
      arm: 'defended',
      name: `queries, ${variant}`,
      target: atMost(variant === 'early' ? SOME : FEW),
      minSamples: herd,
      measure: queries(variant),
    })),
    {
      arm: 'defended',
      name: 'not answered',
      target: exactly(0),
      minSamples: 4 * herd,
      measure: (m) => m.samples.tagged('herd').measure((s) => s.count - s.where(isAnswered).count),
    },
    {
      arm: 'defended',
      name: 'expired copies served, stale-while-revalidate',
      target: atLeast(1),
      minSamples: herd,
      measure: (m) =>
        m
          .variant('stale-while-revalidate')
          .samples.tagged('herd')
          .measure((s) => s.where(({ mark }) => mark === 'stale').count),
    },
    {
      arm: 'both',
      name: 'queries, lock / none',
      target: atMost(FIFTH),
      minSamples: herd,
      measure: ({ undefended, defended }) => ratio(queries('lock')(defended), queries('none')(undefended)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { herd }: Parameters): readonly [string, string] {
  const [none, locked] = [queriesOf(undefended, 'none'), queriesOf(defended, 'lock')];
  const stale = queriesOf(defended, 'stale-while-revalidate');
  return [
    `Without a strategy, ${none} of ${String(herd)} readers went to the database for the same restaurant: each found the copy gone before the first one had put it back.`,
    `With a lock it took ${locked}, the others waited for the result; serving the expired copy while one reader refreshes it took ${stale}, and nobody waited.`,
  ];
}

/** 0: nearly everybody; 1: one; 2: none. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value } = defended.variant('lock').value(QUERIES);
  if (typeof value !== 'number' || value > FEW) return 0;
  return value === 0 ? 2 : 1;
}

function queriesOf(measured: ArmMeasurements, variant: string): string {
  return String(measured.variant(variant).value(QUERIES).value ?? 'an unknown number');
}
