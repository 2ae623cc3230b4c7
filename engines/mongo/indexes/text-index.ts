import { comparable, parseSearch } from '../text/search-terms.js';
import { tokenise } from '../text/tokenise.js';
import { isDoc, type Doc } from '../values/document.js';
import { valuesAt } from '../values/paths.js';
import { partialTest, type Index, type IndexEntry } from './index-contract.js';
import type { IndexDefinition } from './index-definition.js';

/** An inverted index from words to documents, each with the word's weight in the document. */
export class TextIndex implements Index {
  readonly definition: IndexDefinition;
  readonly #weights: readonly (readonly [path: string, weight: number])[];
  readonly #postings = new Map<string, Map<number, number>>();
  readonly #covers: (doc: Doc) => boolean;

  constructor(definition: IndexDefinition) {
    this.definition = definition;
    const weights = isDoc(definition.spec['weights']) ? definition.spec['weights'] : {};
    const paths = definition.fields.filter(({ direction }) => direction === 'text').map(({ path }) => path);
    this.#weights = paths.map((path) => [path, Number(weights[path] ?? 1)]);
    this.#covers = partialTest(definition);
  }

  entryFor(doc: Doc): IndexEntry {
    const scores = new Map<string, number>();
    if (!this.#covers(doc)) return { kind: 'text', scores };
    for (const [path, weight] of this.#weights) {
      for (const text of texts(doc, path)) {
        for (const [word, score] of scoreWords(text)) scores.set(word, (scores.get(word) ?? 0) + weight * score);
      }
    }
    return { kind: 'text', scores };
  }

  add(rid: number, entry: IndexEntry): void {
    if (entry.kind !== 'text') return;
    for (const [word, score] of entry.scores) {
      const posting = this.#postings.get(word);
      if (posting === undefined) this.#postings.set(word, new Map([[rid, score]]));
      else posting.set(rid, score);
    }
  }

  remove(rid: number, entry: IndexEntry): void {
    if (entry.kind !== 'text') return;
    for (const word of entry.scores.keys()) {
      const posting = this.#postings.get(word);
      posting?.delete(rid);
      if (posting?.size === 0) this.#postings.delete(word);
    }
  }

  /** Documents that match a `$search`, with their scores. Phrases are checked against the documents. */
  search(search: string, docOf: (rid: number) => Doc | undefined): Map<number, number> {
    const { words, phrases, negated } = parseSearch(search);
    const scores = new Map<number, number>();
    for (const word of new Set(words)) {
      for (const [rid, score] of this.#postings.get(word) ?? []) scores.set(rid, (scores.get(rid) ?? 0) + score);
    }
    for (const word of negated) for (const rid of this.#postings.get(word)?.keys() ?? []) scores.delete(rid);
    if (phrases.length === 0) return scores;
    for (const rid of scores.keys()) {
      const doc = docOf(rid);
      const all = doc === undefined ? [] : this.#weights.flatMap(([path]) => texts(doc, path)).map(comparable);
      if (!phrases.every((phrase) => all.some((text) => text.includes(phrase)))) scores.delete(rid);
    }
    return scores;
  }
}

/** All strings at a path; `$**` stands for every string of the document. */
function texts(doc: Doc, path: string): string[] {
  if (path === '$**') return Object.values(doc).flatMap(allStrings);
  return valuesAt(doc, path).values.filter((value) => typeof value === 'string');
}

function allStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(allStrings);
  return isDoc(value) ? Object.values(value).flatMap(allStrings) : [];
}

/** mongod's formula (`FTSSpec::_scoreStringV2`): repetitions count half as much each time, long texts dilute, a text of one word is boosted. */
function scoreWords(text: string): Map<string, number> {
  const words = tokenise(text);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const whole = comparable(text);
  const scores = new Map<string, number>();
  for (const [word, count] of counts) {
    const frequency = 2 - 2 ** (1 - count);
    const coefficient = (0.5 * count) / words.length + 0.5;
    scores.set(word, frequency * coefficient * (whole === word ? 1.1 : 1));
  }
  return scores;
}
