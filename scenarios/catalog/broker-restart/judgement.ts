import { exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures, for each variant. */
export const values = {
  waiting: 'events confirmed',
  queues: 'queues afterwards',
  delivered: 'events delivered afterwards',
} as const;

/** What the queue and its messages are. */
export const VARIANTS = {
  durableQueue: 'durable queue only',
  persistentMessages: 'persistent messages only',
  both: 'both',
} as const;

/** The checks of a run. All exact: it is no matter of luck what is on disk when the confirm has come. */
export function checksFor({ orders }: { readonly orders: number }): readonly Check[] {
  const check = (arm: ArmName, variant: string, name: string, wanted: number): Check => ({
    arm,
    name: `${name}, ${variant}`,
    target: exactly(wanted),
    measure: (m) => m.variant(variant).value(name),
  });
  const of = (arm: ArmName, variant: string, queues: number, delivered: number): readonly Check[] => [
    check(arm, variant, values.waiting, orders),
    check(arm, variant, values.queues, queues),
    { ...check(arm, variant, values.delivered, delivered), minSamples: orders },
  ];
  return [
    ...of('undefended', VARIANTS.durableQueue, 1, 0),
    ...of('undefended', VARIANTS.persistentMessages, 0, 0),
    ...of('defended', VARIANTS.both, 1, orders),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, variant: string, name: string): string =>
    String(m.variant(variant).value(name).value ?? 'an unknown number');
  const lost = (variant: string): string =>
    `${of(undefended, variant, values.delivered)} of ${of(undefended, variant, values.waiting)}`;
  return [
    `The durable queue was there again and empty: ${lost(VARIANTS.durableQueue)} events came, for transient messages are in memory alone, confirmed or not; the transient queue was not there at all, and ${lost(VARIANTS.persistentMessages)} persistent messages came with it.`,
    `With both, ${of(defended, VARIANTS.both, values.delivered)} of ${of(defended, VARIANTS.both, values.waiting)} came: the queue says where, the message says what is to be on disk, and the confirm says that it is.`,
  ];
}

/** 0: both; 1: the queue alone; 2: neither. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const measured = undefended.variant(VARIANTS.durableQueue);
  if (measured.value(values.queues).value === 0) return 2;
  return measured.value(values.delivered).value === 0 ? 1 : 0;
}
