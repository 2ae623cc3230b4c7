import type { Verdict } from '@quickbite/benchmarks/claims';
import type { Claim } from './page.js';

const HEADINGS: Readonly<Record<string, Verdict>> = {
  '## If it holds': 'holds',
  '## If it depends': 'depends',
  '## If it does not hold': 'does not hold',
  '## Not measurable here': 'not measurable here',
};

/** A claim's page in parts. */
export interface Explanations {
  /** The claim in our words, and how it is measured: Markdown. */
  readonly about: string;
  /** Why it comes out so, for each verdict that has a section: Markdown. */
  readonly outcomes: ReadonlyMap<Verdict, string>;
  /** Headings of sections that belong to no verdict. */
  readonly unknown: readonly string[];
}

/** What a claim's page says, told apart by its headings. */
export function explanationsOf({ text }: Pick<Claim, 'text'>): Explanations {
  const [about = '', ...sections] = text.split(/^(?=## )/m);
  const outcomes = new Map<Verdict, string>();
  const unknown: string[] = [];
  for (const section of sections) {
    const [heading = '', ...body] = section.split('\n');
    const verdict = HEADINGS[heading.trim()];
    if (verdict) outcomes.set(verdict, body.join('\n').trim());
    else unknown.push(heading.trim());
  }
  return { about: about.trim(), outcomes, unknown };
}
