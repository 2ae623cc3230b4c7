import { stripAccents } from '../values/collation.js';
import { tokenise } from './tokenise.js';

/** A parsed `$search`: any of the words, all of the "phrases", none of the -negated words. */
export interface SearchTerms {
  readonly words: readonly string[];
  readonly phrases: readonly string[];
  readonly negated: readonly string[];
}

/** Parses a `$search` string as https://www.mongodb.com/docs/manual/reference/operator/query/text/ describes it. */
export function parseSearch(search: string): SearchTerms {
  const phrases = [...search.matchAll(/"([^"]+)"/g)].map((match) => comparable(match[1] ?? ''));
  const negated = [...search.matchAll(/(?:^|\s)-([^\s"]+)/g)].flatMap((match) => tokenise(match[1] ?? ''));
  const words = tokenise(search.replace(/(^|\s)-[^\s"]+/g, '$1').replaceAll('"', ' '));
  return { words, phrases, negated };
}

/** The form in which phrases are looked for. */
export function comparable(text: string): string {
  return stripAccents(text).toLowerCase();
}
