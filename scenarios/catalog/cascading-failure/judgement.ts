import { isFailed } from '../../load/index.js';
import type { Samples } from '../../load/index.js';
import { atLeast, atMost } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** The three kinds of customers. */
export const QUOTES = 'quotes';
export const ORDERS = 'orders';
export const ACCOUNTS = 'accounts';

/** What the story measures. */
export const HELD = 'calls in the gateway (peak)';
export const SOCKETS = 'more sockets of order-service (peak)';
export const MEMORY = 'more memory of both (peak)';

const during = (m: ArmMeasurements, tag: string): Samples =>
  m.samples.intendedBetween(m.fault.provedAt, m.fault.healedAt).tagged(tag);
const peakOf = (m: ArmMeasurements, name: string): ReturnType<Check['measure']> => {
  const seen = m.values(name);
  return { value: seen.length === 0 ? undefined : Math.max(...seen), samples: seen.length };
};

/** Of one kind of customers, while the service was frozen. */
export const failedPercent = (m: ArmMeasurements, tag: string): number => during(m, tag).percent(isFailed) ?? 0;

/** @param p.reads of each kind that has nothing to do with the frozen service, during the outage */
export function checksFor({
  capacity,
  reads,
}: {
  readonly capacity: number;
  readonly reads: number;
}): readonly Check[] {
  const peak = (arm: ArmName, name: string, target: Check['target']): Check => ({
    ...{ arm, name, target, minSamples: 5 },
    measure: (m: ArmMeasurements) => peakOf(m, name),
  });
  const failed = (arm: ArmName, tag: string, target: Check['target']): Check => ({
    ...{ arm, name: `${tag} that fail`, target, unit: '%', minSamples: Math.floor(reads / 2) },
    measure: (m: ArmMeasurements) => during(m, tag).measure((s) => s.percent(isFailed)),
  });
  return [
    peak('undefended', HELD, atLeast(0.9 * capacity)),
    // Each call that waits has a socket from the gateway and one to the restaurant service.
    peak('undefended', SOCKETS, atLeast(capacity)),
    // It takes about half of the outage to fill the gateway; from then on nobody gets in, whatever they want.
    failed('undefended', ORDERS, atLeast(25)),
    failed('undefended', ACCOUNTS, atLeast(25)),
    // Little's law: a tenth of it, with room for a busy machine.
    peak('defended', HELD, atMost(capacity / 2)),
    peak('defended', SOCKETS, atMost(capacity)),
    failed('defended', ORDERS, atMost(2)),
    failed('defended', ACCOUNTS, atMost(2)),
    // A timeout answers nobody: who needs the frozen service fails, and nobody else.
    failed('defended', QUOTES, atLeast(90)),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, tag: string): string => {
    const samples = during(m, tag);
    return `${String(samples.failed.count)} of ${String(samples.count)}`;
  };
  const peak = (m: ArmMeasurements, name: string): string => String(peakOf(m, name).value ?? '?');
  return [
    `Without a timeout, ${peak(undefended, HELD)} calls piled up in the gateway, with ${peak(undefended, SOCKETS)} more sockets at the order service and ${peak(undefended, MEMORY)} MB in the two, until nobody got in: ${of(undefended, ORDERS)} readers of orders and ${of(undefended, ACCOUNTS)} of accounts failed, who needed nothing of the frozen service.`,
    `With a timeout where the silence is, ${peak(defended, HELD)} calls and ${peak(defended, SOCKETS)} more sockets were the most; ${of(defended, QUOTES)} quotes failed, ${of(defended, ORDERS)} orders and ${of(defended, ACCOUNTS)} accounts: the failure stayed where it was.`,
  ];
}
