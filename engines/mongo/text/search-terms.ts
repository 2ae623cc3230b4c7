import { CommandError } from '../commands/command-error.js';
import { stripAccents } from '../values/collation.js';
import { isDoc, show } from '../values/document.js';
import { tokenise, words, type Language } from './tokenise.js';

/** The operand of `$text`. */
export interface TextQuery {
  readonly search: string;
  /** `undefined` for the language of the index. */
  readonly language: Language | undefined;
  readonly caseSensitive: boolean;
  readonly diacriticSensitive: boolean;
}

/** A parsed `$search`: any of the words, all of the "phrases", none of the -negated words. */
export interface SearchTerms {
  readonly words: readonly string[];
  readonly phrases: readonly string[];
  readonly negated: readonly string[];
  /** The words as they are written, for searches that tell case or accents apart. */
  readonly written: readonly string[];
}

/** Reads the operand of `$text`. @throws CommandError BadValue for anything else */
export function parseText(operand: unknown): TextQuery {
  const { $search, $language, $caseSensitive = false, $diacriticSensitive = false } = isDoc(operand) ? operand : {};
  if (typeof $search !== 'string')
    throw new CommandError('BadValue', `$text: expected { $search: <string> }, got ${show(operand)}`);
  if ($language !== undefined && $language !== 'none' && $language !== 'english' && $language !== 'en')
    throw new CommandError('BadValue', `$language: unsupported language: ${show($language)}`);
  return {
    search: $search,
    language: $language === undefined ? undefined : $language === 'none' ? 'none' : 'english',
    caseSensitive: $caseSensitive === true,
    diacriticSensitive: $diacriticSensitive === true,
  };
}

/** Parses a `$search` string as https://www.mongodb.com/docs/manual/reference/operator/query/text/ describes it. */
export function parseSearch(query: TextQuery, language: Language): SearchTerms {
  const { search } = query;
  const phrases = [...search.matchAll(/"([^"]+)"/g)].map((match) => comparable(match[1] ?? '', query));
  const negated = [...search.matchAll(/(?:^|\s)-([^\s"]+)/g)].flatMap((match) => tokenise(match[1] ?? '', language));
  const wanted = search.replace(/(^|\s)-[^\s"]+/g, '$1').replaceAll('"', ' ');
  return {
    words: tokenise(wanted, language),
    phrases,
    negated,
    written: words(comparable(wanted, query)),
  };
}

/** The form in which a text is compared: as far as the search tells letters apart. */
export function comparable(text: string, query: Pick<TextQuery, 'caseSensitive' | 'diacriticSensitive'>): string {
  const letters = query.diacriticSensitive ? text.normalize('NFC') : stripAccents(text);
  return query.caseSensitive ? letters : letters.toLowerCase();
}
