import { atLeast, atMost, ratio, reads } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const values = {
  objects: 'new objects of the class that grew most',
  kept: 'copies kept',
  perRequest: 'growth of the heap a request',
  heap: 'heap at the end',
  /** Followed by the name of the class. */
  suspect: 'suspect: ',
  /** Followed by what holds an object of it. */
  holder: 'held by: ',
} as const;

/** The class of what is kept, and the variable that holds it where there is no bound. */
const COPY = 'AnswerCopy';
const VARIABLE = 'everyAnswer';

/** Each request was answered under an address of its own, and leaves a copy. A few may have been joined with another one. */
const NEARLY_EACH = 0.95;
/** What else grows a little while a process runs. */
const HALF = 0.5;

interface Parameters {
  readonly requests: number;
  readonly maxEntries: number;
}

/** What the story recorded under a name that begins so, in words. */
function word(m: ArmMeasurements, prefix: string): string | undefined {
  return m.facts.values.findLast(({ name }) => name.startsWith(prefix))?.name.slice(prefix.length);
}

/** The checks of a run. */
export function checksFor({ requests, maxEntries }: Parameters): readonly Check[] {
  return [
    {
      arm: 'undefended',
      name: 'class that grew most',
      target: reads(COPY, (name) => name === COPY),
      minSamples: requests,
      measure: (m) => ({ value: word(m, values.suspect), samples: m.value(values.objects).samples }),
    },
    {
      arm: 'undefended',
      name: 'held by',
      target: reads(`a way with ${VARIABLE}`, (way) => way.includes(VARIABLE)),
      minSamples: requests,
      measure: (m) => ({ value: word(m, values.holder), samples: m.value(values.objects).samples }),
    },
    {
      arm: 'undefended',
      name: 'new objects of it a request',
      target: atLeast(NEARLY_EACH),
      minSamples: requests,
      measure: (m) => {
        const { value, samples } = m.value(values.objects);
        return { value: typeof value === 'number' ? value / requests : undefined, samples };
      },
    },
    {
      arm: 'defended',
      name: values.kept,
      target: atMost(maxEntries),
      minSamples: requests,
      measure: (m) => m.value(values.kept),
    },
    {
      arm: 'both',
      name: 'growth of the heap a request, defended / undefended',
      target: atMost(HALF),
      minSamples: requests,
      measure: ({ undefended, defended }) =>
        ratio(defended.value(values.perRequest), undefended.value(values.perRequest)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { requests }: Parameters): readonly [string, string] {
  const number = (m: ArmMeasurements, name: string): string => {
    const { value } = m.value(name);
    return typeof value === 'number' ? String(Math.round(value)) : 'an unknown number of';
  };
  const megabytes = (m: ArmMeasurements): string => {
    const { value } = m.value(values.heap);
    return typeof value === 'number' ? `${(value / 1024 / 1024).toFixed(1)} MB` : 'an unknown size';
  };
  return [
    `Between two snapshots of the gateway, each after a garbage collection, ${String(requests)} requests left ${number(undefended, values.objects)} more objects of ${word(undefended, values.suspect) ?? 'no class'} and ${number(undefended, values.perRequest)} bytes each; they are held by ${word(undefended, values.holder) ?? 'nothing'}.`,
    `With a bound ${number(defended, values.kept)} copies were kept, whatever was asked for, and a request left ${number(defended, values.perRequest)} bytes; the heap ended at ${megabytes(defended)} instead of ${megabytes(undefended)}.`,
  ];
}

/** 0: everything is freed; 1: all but the bound, in both; 2: with the bound alone. */
export function answerOfThePrediction({ undefended, defended }: MeasuredArms): number {
  const without = Number(undefended.value(values.kept).value);
  const withBound = Number(defended.value(values.kept).value);
  if (without === 0) return 0;
  return without > 2 * withBound ? 2 : 1;
}
