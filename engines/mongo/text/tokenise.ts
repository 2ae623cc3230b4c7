import { stripAccents } from '../values/collation.js';
import { stem } from './english-stemmer.js';

/** MongoDB's English stop words, without those that an apostrophe splits: they say nothing about what a text is about. */
const STOP_WORDS = new Set(
  'i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself they them their theirs themselves what which who whom this that these those am is are was were be been being have has had having do does did doing would should could ought a an the and but if or because as until while of at by for with about against between into through during before after above below to from up down in out on off over under again further then once here there when where why how all any both each few more most other some such no nor not only own same so than too very'.split(
    ' ',
  ),
);

/** How texts become terms: `english` drops stop words and stems, `none` does neither. */
export type Language = 'english' | 'none';

/** Splits a text into terms: words in lower case, without accents, by the rules of a language. */
export function tokenise(text: string, language: Language): string[] {
  const found = words(stripAccents(text).toLowerCase());
  return language === 'none' ? found : found.filter((word) => !STOP_WORDS.has(word)).map(stem);
}

/** The words of a text as they are written. */
export function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
}
