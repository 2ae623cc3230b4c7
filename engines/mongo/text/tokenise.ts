import { stripAccents } from '../values/collation.js';

/** The commonest of MongoDB's English stop words: they say nothing about what a text is about. */
const STOP_WORDS = new Set(
  'a about after all also am an and any are as at be because been before being between both but by can did do does doing down during each few for from further had has have having he her here hers him his how i if in into is it its just me more most my no nor not now of off on once only or other our out over own same she should so some such than that the their them then there these they this those through to too under until up very was we were what when where which while who whom why will with you your'.split(
    ' ',
  ),
);

/** Splits a text into lower-case words without accents and without stop words. There is no stemming. */
export function tokenise(text: string): string[] {
  const words =
    stripAccents(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word));
}
