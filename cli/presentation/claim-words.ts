import { number, withUnit } from '@quickbite/benchmarks/claims';
import type { DecidedClaim, LatestVerdict, MeasuredQuantity } from '@quickbite/benchmarks/claims';
import type { Theme } from './theme.js';

type Verdict = DecidedClaim['verdict'];

/** A verdict with its sign and colour. A claim that does not hold is no failure of the learner's: nothing is red. */
export function paintVerdict(verdict: Verdict, theme: Theme): string {
  const { symbols } = theme;
  switch (verdict) {
    case 'holds':
      return theme.ok(`${symbols.ok} holds`);
    case 'does not hold':
      return theme.strong(`${symbols.bad} does not hold`);
    case 'depends':
      return theme.warn(`${symbols.warn} depends`);
    case 'not measurable here':
      return theme.muted(`${symbols.pending} not measurable here`);
    case 'undecided':
      return theme.muted('? undecided');
  }
}

/** What was measured, e.g. `0.12 ms (0.11 to 0.15)`. */
export function quantityInWords(quantity: MeasuredQuantity): string {
  const { value, low, high } = quantity;
  if (low === value && high === value) return withUnit(quantity);
  return `${withUnit(quantity)} (${number(low)} to ${number(high)})`;
}

/** The machine and the engines of a verdict, in one line. */
export function machineInWords({ machine, engines }: Pick<LatestVerdict, 'machine' | 'engines'>): string {
  const sources = Object.entries(engines).map(([name, source]) => `${name} ${source}`);
  return [`${machine.cpu}, ${String(machine.cores)} cores`, `Node ${machine.node}`, ...sources].join(', ');
}
