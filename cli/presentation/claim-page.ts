import { limitInWords, quantitiesOf, wordsOf } from '@quickbite/benchmarks/claims';
import type { Rule, Verdict } from '@quickbite/benchmarks/claims';
import { explanationsOf } from '@quickbite/study/pages';
import type { Claim } from '@quickbite/study/pages';
import { renderMarkdown } from '@quickbite/study/terminal';
import type { LedgerEntry } from '../read-ledger.js';
import { machineInWords, paintVerdict, quantityInWords } from './claim-words.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** Options of `renderClaim`. */
export interface ClaimPageOptions {
  readonly width: number;
  readonly theme: Theme;
}

/** A claim, what this machine said of it, and why it comes out so. Before it was verified: every outcome. */
export function renderClaim({ claim, latest }: LedgerEntry, { width, theme }: ClaimPageOptions): string {
  const { about, outcomes } = explanationsOf(claim);
  const markdown = (text: string): string => renderMarkdown(text, { width, style: theme }).text;
  const facts = renderTable(
    theme,
    [{ title: '' }, { title: '' }],
    [
      ['topic', claim.topic],
      ['from', claim.sources.join(', ')],
      ['measured by', measuredInWords(claim)],
      ...(claim.rule ? rulesInWords(claim.rule) : []),
      ['concepts', claim.concepts.join(', ')],
      ['questions', claim.questions.join(', ')],
    ],
  )
    .split('\n')
    .slice(1)
    .join('\n');
  if (!latest) {
    const all = [...outcomes].map(([verdict, text]) => `${paintVerdict(verdict, theme)}\n${markdown(text)}`);
    const next = `Verify it with ${theme.command(`quickbite claims verify ${claim.id}`)}.`;
    return [markdown(about), facts, ...all, next].join('\n\n');
  }
  const explained = latest.verdict === 'undecided' ? undefined : outcomes.get(latest.verdict);
  const measured = latest.quantities.map(
    (quantity) => `  ${quantity.name}: ${theme.strong(quantityInWords(quantity))}`,
  );
  const when = `On ${latest.at.slice(0, 10)}, ${latest.by === '' ? 'without a measurement' : `by ${latest.by}`}: ${machineInWords(latest)}`;
  return [
    markdown(about),
    facts,
    [paintVerdict(latest.verdict, theme), ...measured, latest.reason, theme.muted(when)].join('\n'),
    ...(explained === undefined ? [] : [markdown(explained)]),
  ].join('\n\n');
}

function measuredInWords({ measured }: Claim): string {
  if ('probe' in measured) return `probe ${measured.probe}`;
  if ('bench' in measured) return `quickbite bench ${measured.bench}`;
  if ('scenario' in measured) return `quickbite scenario ${measured.scenario}`;
  return 'nothing here';
}

/** The lines of a rule, one a row. */
function rulesInWords(rule: Rule): readonly (readonly [string, string])[] {
  const what = quantitiesOf(rule).map(wordsOf).join('; ');
  const line = (verdict: Verdict, words: string): readonly [string, string] => [verdict, words];
  if ('each' in rule)
    return [line('holds', `each ${limitInWords(rule.holds)}: ${what}`), line('depends', `some of them: on ${rule.on}`)];
  return [
    line('holds', `${what} ${limitInWords(rule.holds)}`),
    ...(rule.depends ? [line('depends', `${limitInWords(rule.depends)}: on ${rule.on ?? ''}`)] : []),
  ];
}
