import { formatMeasured } from '@quickbite/scenarios/protocol';
import type { CheckResult, Outcome } from '@quickbite/scenarios/protocol';
import type { Theme } from './theme.js';

/** How a run ended, in its colour and with its sign. */
export function paintOutcome(outcome: Outcome, theme: Theme): string {
  switch (outcome) {
    case 'proved':
      return theme.ok(`${theme.symbols.ok} proved`);
    case 'refuted':
      return theme.bad(`${theme.symbols.bad} refuted`);
    case 'measured':
      return theme.strong(`${theme.symbols.bullet} measured`);
    case 'inconclusive':
    case 'interrupted':
      return theme.warn(`${theme.symbols.warn} ${outcome}`);
  }
}

/** The sign of a check. */
export function paintCheck(outcome: CheckResult['outcome'], theme: Theme): string {
  switch (outcome) {
    case 'passed':
      return theme.ok(theme.symbols.ok);
    case 'failed':
      return theme.bad(theme.symbols.bad);
    case 'undecided':
      return theme.warn(theme.symbols.warn);
  }
}

/** A measured value with its unit; words have none, unless they are of a target. */
export function withUnit(value: number | string | null, unit: string, when: 'numbers' | 'always' = 'numbers'): string {
  const text = formatMeasured(value);
  return unit === '' || (when === 'numbers' && typeof value !== 'number') ? text : `${text} ${unit}`;
}

/** A latency, short enough for a live line. */
export function latency(ms: number | undefined): string {
  if (ms === undefined) return '-';
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Knobs as `name=value, name=value`. */
export function listKnobs(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

/** Breaks text into lines of at most so many columns, at spaces. */
export function wrapText(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
