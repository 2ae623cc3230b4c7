import { comparable, parseSearch, type SearchTerms, type TextQuery } from '../text/search-terms.js';
import { tokenise, words, type Language } from '../text/tokenise.js';
import { isDoc, type Doc } from '../values/document.js';
import { keyString } from '../values/key-string.js';
import { EMPTY_ARRAY, valuesAt } from '../values/paths.js';
import { partialTest, type Index, type IndexEntry } from './index-contract.js';
import type { IndexDefinition } from './index-definition.js';

/**
 * An inverted index from words to documents, each with the word's weight in the document. Fields before the text are part of
 * every term: a search has to give their values, and reads only the documents that have them.
 */
export class TextIndex implements Index {
  readonly definition: IndexDefinition;
  /** Fields before the text, which a search has to bind. */
  readonly prefix: readonly string[];
  readonly #weights: readonly (readonly [path: string, weight: number])[];
  readonly #language: Language;
  readonly #postings = new Map<string, Map<number, number>>();
  readonly #covers: (doc: Doc) => boolean;

  constructor(definition: IndexDefinition) {
    this.definition = definition;
    const weights = isDoc(definition.spec['weights']) ? definition.spec['weights'] : {};
    const first = definition.fields.findIndex(({ direction }) => direction === 'text');
    const paths = definition.fields.filter(({ direction }) => direction === 'text').map(({ path }) => path);
    this.prefix = definition.fields.slice(0, first).map(({ path }) => path);
    this.#weights = paths.map((path) => [path, Number(weights[path] ?? 1)]);
    this.#language = definition.spec['default_language'] === 'none' ? 'none' : 'english';
    this.#covers = partialTest(definition);
  }

  entryFor(doc: Doc): IndexEntry {
    const scores = new Map<string, number>();
    if (!this.#covers(doc)) return { kind: 'text', scores };
    for (const [path, weight] of this.#weights) {
      for (const text of texts(doc, path)) {
        for (const [word, score] of scoreWords(text, this.#language))
          scores.set(word, (scores.get(word) ?? 0) + weight * score);
      }
    }
    if (this.prefix.length === 0) return { kind: 'text', scores };
    const prefixes = this.#prefixesOf(doc);
    const terms = [...scores].flatMap(([word, score]) =>
      prefixes.map((prefix): [string, number] => [prefix + word, score]),
    );
    return { kind: 'text', scores: new Map(terms) };
  }

  add(rid: number, entry: IndexEntry): void {
    if (entry.kind !== 'text') return;
    for (const [term, score] of entry.scores) {
      const posting = this.#postings.get(term);
      if (posting === undefined) this.#postings.set(term, new Map([[rid, score]]));
      else posting.set(rid, score);
    }
  }

  remove(rid: number, entry: IndexEntry): void {
    if (entry.kind !== 'text') return;
    for (const term of entry.scores.keys()) {
      const posting = this.#postings.get(term);
      posting?.delete(rid);
      if (posting?.size === 0) this.#postings.delete(term);
    }
  }

  /**
   * Documents that match a `$text`, with their scores. Phrases, and words whose case or accents count, are checked against
   * the documents.
   * @param values of the fields before the text, in their order
   */
  search(query: TextQuery, values: readonly unknown[], docOf: (rid: number) => Doc | undefined): Map<number, number> {
    const terms = parseSearch(query, query.language ?? this.#language);
    const prefix = values.map((value) => keyString(value)).join('');
    const scores = new Map<number, number>();
    for (const word of new Set(terms.words)) {
      for (const [rid, score] of this.#postings.get(prefix + word) ?? [])
        scores.set(rid, (scores.get(rid) ?? 0) + score);
    }
    for (const word of terms.negated)
      for (const rid of this.#postings.get(prefix + word)?.keys() ?? []) scores.delete(rid);
    const exact = query.caseSensitive || query.diacriticSensitive;
    if (terms.phrases.length === 0 && !exact) return scores;
    for (const rid of scores.keys()) {
      const doc = docOf(rid);
      if (doc === undefined || !this.#reads(doc, terms, query, exact)) scores.delete(rid);
    }
    return scores;
  }

  #reads(doc: Doc, { phrases, written }: SearchTerms, query: TextQuery, exact: boolean): boolean {
    const all = this.#weights.flatMap(([path]) => texts(doc, path)).map((text) => comparable(text, query));
    if (!phrases.every((phrase) => all.some((text) => text.includes(phrase)))) return false;
    if (!exact) return true;
    const found = new Set(all.flatMap(words));
    return written.some((word) => found.has(word));
  }

  #prefixesOf(doc: Doc): string[] {
    let prefixes = [''];
    for (const path of this.prefix) {
      const keys = new Set(valuesAt(doc, path).values.map((value) => keyString(value === EMPTY_ARRAY ? null : value)));
      prefixes = prefixes.flatMap((prefix) => [...keys].map((key) => prefix + key));
    }
    return prefixes;
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

const PLAIN = { caseSensitive: false, diacriticSensitive: false };

/** mongod's formula (`FTSSpec::_scoreStringV2`): repetitions count half as much each time, long texts dilute, a text of one word is boosted. */
function scoreWords(text: string, language: Language): Map<string, number> {
  const terms = tokenise(text, language);
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const whole = comparable(text, PLAIN);
  const scores = new Map<string, number>();
  for (const [term, count] of counts) {
    const frequency = 2 - 2 ** (1 - count);
    const coefficient = (0.5 * count) / terms.length + 0.5;
    scores.set(term, frequency * coefficient * (whole === term ? 1.1 : 1));
  }
  return scores;
}
