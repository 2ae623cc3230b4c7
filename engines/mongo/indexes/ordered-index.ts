import { CommandError } from '../commands/command-error.js';
import type { StoredRecord } from '../storage/stored-record.js';
import { fold } from '../values/collation.js';
import { show, type Doc } from '../values/document.js';
import { descending, keyString, TYPE } from '../values/key-string.js';
import { EMPTY_ARRAY, valuesAt } from '../values/paths.js';
import { partialTest, type Index, type IndexEntry } from './index-contract.js';
import type { IndexDefinition } from './index-definition.js';
import { SortedKeys } from './sorted-keys.js';

/**
 * Sorts after every key that begins with what it is appended to. A descending NaN is four of these units, the end of a
 * descending string two.
 */
export const AFTER = '\uffff'.repeat(5);

/** A half-open stretch of an index, in key strings. */
export interface Interval {
  readonly from: string;
  readonly to: string;
}

/** Single-field and compound indexes: one sorted key per document, or one per array element (multikey). */
export class OrderedIndex implements Index {
  readonly definition: IndexDefinition;
  /** Paths under which some document has held an array. Bounds on them cannot be combined. */
  readonly multikeyPaths = new Set<string>();
  readonly #keys = new SortedKeys();
  readonly #covers: (doc: Doc) => boolean;

  constructor(definition: IndexDefinition) {
    this.definition = definition;
    this.#covers = partialTest(definition);
  }

  entryFor(doc: Doc): IndexEntry {
    const none: IndexEntry = { kind: 'ordered', keys: [], multikeyPaths: [] };
    if (!this.#covers(doc)) return none;
    let keys = [''];
    const multikeyPaths: string[] = [];
    let present = false;
    for (const { path, direction } of this.definition.fields) {
      const { values, throughArray } = valuesAt(doc, path);
      present ||= values.some((value) => value !== undefined);
      if (throughArray) {
        const before = multikeyPaths[0];
        if (before !== undefined && before.split('.')[0] !== path.split('.')[0]) {
          throw new CommandError('CannotIndexParallelArrays', `cannot index parallel arrays [${path}] [${before}]`);
        }
        multikeyPaths.push(path);
      }
      const parts = new Set(values.map((value) => this.encode(value, direction === -1)));
      keys = keys.flatMap((prefix) => [...parts].map((part) => prefix + part));
    }
    if (this.definition.sparse && !present) return none;
    return { kind: 'ordered', keys, multikeyPaths };
  }

  add(rid: number, entry: IndexEntry): void {
    if (entry.kind !== 'ordered') return;
    for (const path of entry.multikeyPaths) this.multikeyPaths.add(path);
    for (const key of entry.keys) this.#keys.add(key + encodeRid(rid));
  }

  remove(rid: number, entry: IndexEntry): void {
    if (entry.kind !== 'ordered') return;
    for (const key of entry.keys) this.#keys.delete(key + encodeRid(rid));
  }

  /** The encoding of one field's value under this index's collation. */
  encode(value: unknown, inverted: boolean): string {
    const key = value === EMPTY_ARRAY ? TYPE.emptyArray : keyString(value, fold[this.definition.collation]);
    return inverted ? descending(key) : key;
  }

  /** The record number under a single-field key, the fast path of `_id`. */
  lookup(value: unknown): number | undefined {
    const key = this.encode(value, false);
    for (const found of this.#keys.range(key, key + AFTER)) return decodeRid(found);
    return undefined;
  }

  /** Record numbers in the order of the index; one that has several keys in the interval comes several times. */
  *scan({ from, to }: Interval, reverse: boolean): Generator<number> {
    for (const key of this.#keys.range(from, to, reverse)) yield decodeRid(key);
  }

  /** What of a document's entry another document already has in this unique index. */
  conflict(entry: IndexEntry, record: StoredRecord): { shown: string; keyValue: Doc } | undefined {
    if (!this.definition.unique || entry.kind !== 'ordered') return undefined;
    for (const key of entry.keys) {
      for (const found of this.#keys.range(key, key + AFTER)) {
        if (decodeRid(found) !== record.rid) return this.#describe(record.view, key);
      }
    }
    return undefined;
  }

  #describe(doc: Doc, key: string): { shown: string; keyValue: Doc } {
    const keyValue: Doc = {};
    let rest = key;
    for (const { path, direction } of this.definition.fields) {
      for (const value of valuesAt(doc, path).values) {
        const encoded = this.encode(value, direction === -1);
        if (!rest.startsWith(encoded)) continue;
        keyValue[path] = value === EMPTY_ARRAY ? [] : (value ?? null);
        rest = rest.slice(encoded.length);
        break;
      }
    }
    return { shown: show(keyValue), keyValue };
  }
}

// Three code units hold 48 bits; the order of the numbers is the order of the strings.
function encodeRid(rid: number): string {
  return String.fromCharCode(Math.floor(rid / 0x1_0000_0000), Math.floor(rid / 0x1_0000) & 0xffff, rid & 0xffff);
}

function decodeRid(key: string): number {
  const end = key.length;
  return key.charCodeAt(end - 3) * 0x1_0000_0000 + key.charCodeAt(end - 2) * 0x1_0000 + key.charCodeAt(end - 1);
}
