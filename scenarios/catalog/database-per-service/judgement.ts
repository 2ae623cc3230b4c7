import { isFailed } from '../../load/index.js';
import type { Samples } from '../../load/index.js';
import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

export const phases = {
  steady: 'steady',
  one: 'one away',
  between: 'between',
  all: 'all away',
  again: 'again',
} as const;

/** Who does what. Restaurants are what `browse` reads. */
export const tags = { account: 'account', list: 'orders', restaurant: 'browse', order: 'new order' } as const;

/** A list that is answered without the names of its restaurants, and how such a sample is marked. */
export const NAMELESS = 'order lists without names';

/** Fewer say nothing about a share. */
const MANY = 15;
/** All of them; one or two may have been under way at the ends. */
const NEARLY_ALL_PERCENT = 85;

/** How long an operation waits for its database before it fails, 3 s, and a little for the way: who came later may still be answered. */
const PATIENCE_MS = 3_200;

const WORDS: Readonly<Record<string, string>> = {
  [tags.account]: 'accounts that cannot be read',
  [tags.list]: 'order lists that fail',
  [tags.restaurant]: 'restaurants that cannot be read',
  [tags.order]: 'new orders that fail',
};

/** Databases that are away, as faults of the story: the first alone, the others together. */
type Outage = typeof phases.one | typeof phases.all;

/** The checks of a run: what fails with one database, what with all, and what lists of orders make of it. */
export function checksFor(): readonly Check[] {
  const share = (arm: ArmName, tag: string, outage: Outage): Check => ({
    arm,
    name: `${WORDS[tag] ?? tag}, ${outage}`,
    target: atLeast(NEARLY_ALL_PERCENT),
    unit: '%',
    minSamples: tag === tags.order ? 1 : MANY,
    measure: (m) => doomed(m, outage, tag).measure((s) => s.percent(isFailed)),
  });
  const none = (arm: ArmName, tag: string): Check => ({
    arm,
    name: `${WORDS[tag] ?? tag}, ${phases.one}`,
    target: exactly(0),
    minSamples: MANY,
    measure: (m) => during(m, phases.one, tag).measure((s) => s.failed.count),
  });
  return [
    none('undefended', tags.account),
    share('undefended', tags.restaurant, phases.one),
    {
      arm: 'undefended',
      name: `${NAMELESS}, ${phases.one}`,
      target: atLeast(NEARLY_ALL_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: (m) => doomed(m, phases.one, tags.list).measure((s) => s.percent((one) => one.mark === NAMELESS)),
    },
    none('defended', tags.account),
    share('defended', tags.restaurant, phases.one),
    none('defended', tags.list),
    {
      arm: 'defended',
      name: `${NAMELESS}, ${phases.one}`,
      target: exactly(0),
      minSamples: MANY,
      measure: (m) => during(m, phases.one, tags.list).measure((s) => s.where((one) => one.mark === NAMELESS).count),
    },
    share('defended', tags.order, phases.one),
    ...[tags.account, tags.list, tags.restaurant].map((tag) => share('defended', tag, phases.all)),
  ];
}

/** Those whose whole patience lies in the outage. */
const doomed = (m: ArmMeasurements, outage: Outage, tag: string): Samples => during(m, outage, tag, PATIENCE_MS);

/** Requests that were sent while the databases were seen away, but for the last `spareMs`. */
function during(m: ArmMeasurements, outage: Outage, tag: string, spareMs = 0): Samples {
  // Kept in the order in which they were healed: the first alone, then the others, the last broken first.
  const faults = outage === phases.one ? m.facts.faults.slice(0, 1) : m.facts.faults.slice(1);
  const from = Math.max(-Infinity, ...faults.map(({ provedAt }) => provedAt));
  const to = Math.min(Infinity, ...faults.map(({ healedAt }) => healedAt));
  return m.samples.tagged(tag).intendedBetween(from, to - spareMs);
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const failed = (m: ArmMeasurements, tag: string, outage: Outage): string => {
    const samples = (outage === phases.all || tag === tags.order ? doomed : during)(m, outage, tag);
    return `${String(samples.failed.count)} of ${String(samples.count)}`;
  };
  const asked = doomed(undefended, phases.one, tags.list);
  const nameless = asked.where((one) => one.mark === NAMELESS).count;
  return [
    `With only the database of the restaurants away, ${failed(undefended, tags.account, phases.one)} reads of accounts failed, but ${String(nameless)} of ${String(asked.count)} lists of orders had no names, because order-service asked restaurant-service for them.`,
    `With the names kept in the orders ${failed(defended, tags.list, phases.one)} lists failed and none was without names, while ${failed(defended, tags.order, phases.one)} new orders still needed a price and failed; with all databases away, as with one for all, ${failed(defended, tags.account, phases.all)} reads of accounts and ${failed(defended, tags.list, phases.all)} lists failed.`,
  ];
}

/** 0: in any case; 1: only with what it shows in the orders; 2: in neither. */
export function answerOfThePrediction({ undefended, defended }: MeasuredArms): number {
  const whole = (m: ArmMeasurements): boolean =>
    (during(m, phases.one, tags.list).percent((one) => one.mark === 'complete') ?? 0) > 50;
  if (whole(undefended)) return 0;
  return whole(defended) ? 1 : 2;
}
