import { distance } from 'fastest-levenshtein';
import { sentencesOf } from './words.js';
import type { Sentence } from './words.js';

/** A key point as far as it is looked for in an answer. */
interface Sought {
  readonly point: string;
  readonly synonyms: readonly string[];
}

/** How much of the sentence of a point must be said for it to count. */
const SHARE_OF_A_POINT = 0.7;
/** A synonym must be said whole; one of four words or more may lack a fourth of them. */
const SHARE_OF_A_SYNONYM = 0.75;
/** Between the words of a synonym there may be so many others. */
const WORDS_BETWEEN = 6;
/** From this length on, a word with one letter wrong is still that word. */
const LONG_ENOUGH_FOR_A_TYPO = 6;

/**
 * Which key points a typed answer seems to make: a first suggestion, which the candidate confirms or corrects. A point is found by the
 * words of its sentence or of one of its synonyms, by their stems, close together and in any order, within a sentence and the one after
 * it. What an answer denies is not what a point affirms, and the other way round.
 * @returns for each point whether it was found, in the same order
 */
export function suggestPoints(answer: string, points: readonly Sought[]): readonly boolean[] {
  const sentences = sentencesOf(answer);
  const passages = [...sentences, ...sentences.slice(1).map((second, n) => join(sentences[n], second))];
  return points.map(
    ({ point, synonyms }) =>
      says(passages, point, SHARE_OF_A_POINT) ||
      synonyms.some((synonym) => says(passages, synonym, SHARE_OF_A_SYNONYM)),
  );
}

function says(passages: readonly Sentence[], words: string, share: number): boolean {
  const wanted = sentencesOf(words).reduce((all, next) => join(all, next), NOTHING);
  const needed = Math.ceil(new Set(wanted.stems).size * share);
  if (needed === 0) return false;
  return passages.some((passage) => saysHere(passage, wanted, needed));
}

function saysHere(passage: Sentence, wanted: Sentence, needed: number): boolean {
  const distinct = [...new Set(wanted.stems)];
  const widest = wanted.stems.length + WORDS_BETWEEN;
  return passage.stems.some((_, from) => {
    const window = passage.stems.slice(from, from + widest);
    const found = distinct.flatMap((stem) => {
      const at = window.findIndex((said) => same(said, stem));
      return at < 0 ? [] : [at];
    });
    // The window begins with a word that is wanted, so that each way of saying it is looked at once.
    if (found.length < needed || !found.includes(0)) return false;
    return found.some((at) => passage.denied.includes(from + at)) === wanted.denied.length > 0;
  });
}

function same(said: string, wanted: string): boolean {
  if (said === wanted) return true;
  return Math.min(said.length, wanted.length) >= LONG_ENOUGH_FOR_A_TYPO && distance(said, wanted) === 1;
}

const NOTHING: Sentence = { stems: [], denied: [] };

const join = (first: Sentence = NOTHING, second: Sentence): Sentence => ({
  stems: [...first.stems, ...second.stems],
  denied: [...first.denied, ...second.denied.map((at) => at + first.stems.length)],
});
