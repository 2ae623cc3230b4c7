import type { Index, IndexEntry } from '../indexes/index-contract.js';
import { readPlain, type Doc } from '../values/document.js';

/**
 * One version of a stored document. It never changes: an update puts another in its place, so that an open cursor keeps
 * what it found, and nobody can change a stored document through an alias.
 */
export class StoredRecord {
  /** Place in the collection's natural order; kept by updates. */
  readonly rid: number;
  /** The document as the client sent it, `_id` first. The truth; everything else is derived from it. */
  readonly bytes: Uint8Array;
  /** Its entries in these indexes, where they have been worked out and are worth their memory. */
  indexed: { readonly by: readonly Index[]; readonly entries: readonly IndexEntry[] } | undefined;
  #view: Doc | undefined;

  constructor(rid: number, bytes: Uint8Array) {
    this.rid = rid;
    this.bytes = bytes;
  }

  /** The document with JavaScript numbers, decoded on first use. Read only. */
  get view(): Doc {
    return (this.#view ??= readPlain(this.bytes));
  }
}
