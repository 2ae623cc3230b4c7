import type { Geometry } from '../geo/geometry.js';
import { matcher } from '../query/matcher.js';
import type { Doc } from '../values/document.js';
import type { IndexDefinition } from './index-definition.js';

/** What a document contributes to an index: keys, cells or terms, by kind. Empty where the index leaves the document out. */
export type IndexEntry =
  | { readonly kind: 'ordered'; readonly keys: readonly string[]; readonly multikeyPaths: readonly string[] }
  | {
      readonly kind: '2dsphere';
      /** `undefined` where the index leaves the document out. */
      readonly geometry: Geometry | undefined;
      readonly cells: readonly number[];
      readonly prefixes: readonly string[];
      readonly after: readonly (readonly string[])[];
    }
  | { readonly kind: 'text'; readonly scores: ReadonlyMap<string, number> };

/** An index over the documents of one collection. */
export interface Index {
  readonly definition: IndexDefinition;
  /** Works out a document's entry. Pure, so that a refusal happens before anything is changed. */
  entryFor(doc: Doc): IndexEntry;
  add(rid: number, entry: IndexEntry): void;
  remove(rid: number, entry: IndexEntry): void;
}

/** A test whether an index with this definition covers a document. */
export function partialTest({ partialFilter }: IndexDefinition): (doc: Doc) => boolean {
  if (partialFilter === undefined) return () => true;
  return matcher(partialFilter);
}
