import type { Killed } from './chaos.js';
import type { Findings, Invariant } from './findings.js';

const SHOWN_VIOLATIONS = 5;

/** The invariants as a table, and what was done to the stack before. */
export function report(
  findings: Findings,
  killed: readonly Killed[],
  times: Readonly<Record<string, number>>,
  invariants: readonly Invariant[],
): string {
  const { orders, events, notifications, ledger, parked } = findings;
  const ends = new Map<string, number>();
  for (const { status } of orders) ends.set(status, (ends.get(status) ?? 0) + 1);
  const width = Math.max(...invariants.map(({ statement }) => statement.length));
  return [
    `Killed and started again: ${killed.map(({ name, awayMs }) => `${name} (${(awayMs / 1000).toFixed(1)} s)`).join(', ')}`,
    `Seconds: ${Object.entries(times)
      .map(([phase, ms]) => `${phase} ${(ms / 1000).toFixed(1)}`)
      .join(', ')}`,
    `Orders: ${[...ends].map(([status, count]) => `${count} ${status}`).join(', ')}`,
    `Seen: ${events.length} events, ${notifications.length} notifications, ${ledger.charges.length} charges, ${ledger.refunds.length} refunds, ${parked.length} parked messages`,
    '',
    `   ${'invariant'.padEnd(width)}  checked  violated`,
    ...invariants.flatMap(({ statement, checked, violations }) => [
      `${violations.length === 0 ? 'ok ' : 'BAD'}${statement.padEnd(width)}  ${String(checked).padStart(7)}  ${String(violations.length).padStart(8)}`,
      ...violations.slice(0, SHOWN_VIOLATIONS).map((violation) => `     ${violation}`),
    ]),
  ].join('\n');
}
