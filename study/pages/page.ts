import type { z } from 'zod';
import type { claimMatter, conceptMatter, questionMatter } from './front-matter.js';

/** Where a page lies, and what is below its front matter. */
interface Body {
  /** Relative to the repository's root. */
  readonly file: string;
  /** Markdown. */
  readonly text: string;
}

/** A concept: a page of docs/guide. */
export type Concept = Readonly<z.output<typeof conceptMatter>> & Body;
/** An interview question: a page of docs/interview. */
export type Question = Readonly<z.output<typeof questionMatter>> & Body;
/** A sentence of the source guides with a number in it: a page of docs/claims. */
export type Claim = Readonly<z.output<typeof claimMatter>> & Body;
/** Any of the three. */
export type Page = Concept | Question | Claim;
