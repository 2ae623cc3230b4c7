import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story counts, for each strategy. */
export const values = {
  lostAck: 'mails too many after a lost ack',
  copies: 'mails too many of copies at once',
  untold: 'not told after a lost ack',
  untoldOfCopies: 'not told of copies at once',
} as const;

/** The strategies of each arm. */
export const STRATEGIES = {
  undefended: ['none', 'redis-check'],
  defended: ['redis-claim', 'processed-event'],
} as const;

interface Parameters {
  readonly customers: number;
  readonly copies: number;
}

/** The checks of a run. A mail too many is one too many; how many there are without a defence depends on who is how fast. */
export function checksFor({ customers, copies }: Parameters): readonly Check[] {
  const of = (arm: ArmName, strategy: string, name: string, target: Check['target']): Check => ({
    arm,
    name: `${name}, ${strategy}`,
    target,
    minSamples: customers,
    measure: (m) => m.variant(strategy).value(name),
  });
  return [
    of('undefended', 'none', values.lostAck, exactly(customers)),
    of('undefended', 'none', values.copies, exactly(customers * (copies - 1))),
    of('undefended', 'redis-check', values.lostAck, exactly(0)),
    // Each that looks before the first one has remembered; with dozens in work at once there are many, one is proof.
    of('undefended', 'redis-check', values.copies, atLeast(1)),
    ...STRATEGIES.defended.flatMap((strategy) => [
      of('defended', strategy, values.lostAck, exactly(0)),
      of('defended', strategy, values.copies, exactly(0)),
      of('defended', strategy, values.untold, exactly(0)),
      of('defended', strategy, values.untoldOfCopies, exactly(0)),
    ]),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain(
  { undefended, defended }: MeasuredArms,
  { customers, copies }: Parameters,
): readonly [string, string] {
  const of = (m: ArmMeasurements, strategy: string, name: string): string =>
    String(m.variant(strategy).value(name).value ?? 'an unknown number of');
  return [
    `Without a defence ${of(undefended, 'none', values.lostAck)} of ${String(customers)} customers got their mail again when the acknowledgement was lost, for a broker that hears nothing must deliver again; looking into Redis first helped there, and let ${of(undefended, 'redis-check', values.copies)} mails too many through when ${String(copies)} copies came at once, as several look before one remembers.`,
    `With the unique index ${of(defended, 'processed-event', values.lostAck)} and ${of(defended, 'processed-event', values.copies)} mails were too many and ${of(defended, 'processed-event', values.untold)} missing: the record of the effect and the memory of the event are one write, so that there is no moment between them.`,
  ];
}

/** 0: none too many; 1: some; 2: as with nothing at all. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const [looked, none] = ['redis-check', 'none'].map(
    (strategy) => undefended.variant(strategy).value(values.copies).value,
  );
  if (looked === 0) return 0;
  return looked === none ? 2 : 1;
}
