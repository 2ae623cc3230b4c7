import { serialize } from 'bson';
import { CommandError } from '../commands/command-error.js';
import { buildIndex } from '../indexes/build-index.js';
import type { Index, IndexEntry } from '../indexes/index-contract.js';
import { idIndexDefinition, type IndexDefinition } from '../indexes/index-definition.js';
import { OrderedIndex } from '../indexes/ordered-index.js';
import { parseCollation, type Collation } from '../values/collation.js';
import type { Doc } from '../values/document.js';
import type { Frame } from './journal-format.js';
import { StoredRecord } from './stored-record.js';

/** Where a change is noted before it is acknowledged. */
export type Log = (frame: Frame) => void;

/** The collation of a command: its own, else that of the collection. */
export function collationOf(command: Doc, collection: Collection | undefined): Collation {
  return parseCollation(command['collation'] ?? collection?.options['collation']);
}

/** The documents of one namespace, in natural order, and their indexes. Every change keeps the three in step or throws before the first. */
export class Collection {
  namespace: string;
  readonly options: Doc;
  readonly uuid: string;
  readonly records = new Map<number, StoredRecord>();
  readonly idIndex: OrderedIndex;
  #indexes: Index[];
  #nextRid = 1;
  readonly #log: Log;

  constructor(namespace: string, options: Doc, log: Log) {
    this.namespace = namespace;
    this.options = options;
    this.uuid = crypto.randomUUID();
    this.idIndex = new OrderedIndex(idIndexDefinition(options));
    this.#indexes = [this.idIndex];
    this.#log = log;
  }

  get indexes(): readonly Index[] {
    return this.#indexes;
  }

  /** Finds a document by its `_id` in one look-up. */
  byId(id: unknown): StoredRecord | undefined {
    const rid = this.idIndex.lookup(id);
    return rid === undefined ? undefined : this.records.get(rid);
  }

  /** Adds a document. @throws CommandError 11000 when a unique index already has its key */
  insert(bytes: Uint8Array): StoredRecord {
    refuseId(bytes);
    const record = new StoredRecord(this.#nextRid, bytes);
    const entries = this.#prepare(record);
    this.#nextRid += 1;
    this.records.set(record.rid, record);
    this.#indexes.forEach((index, position) => index.add(record.rid, entryAt(entries, position)));
    this.#log({ operation: 'put', namespace: this.namespace, bson: bytes });
    return record;
  }

  /** Puts a new version in the place of an old one. @throws CommandError 11000, with the old one still in place */
  replace(old: StoredRecord, bytes: Uint8Array): StoredRecord {
    const record = new StoredRecord(old.rid, bytes);
    const earlier = this.#entriesOf(old);
    const entries = this.#prepare(record, earlier);
    this.#indexes.forEach((index, position) => {
      const [before, after] = [entryAt(earlier, position), entryAt(entries, position)];
      // Most updates change what no index has.
      if (sameKeys(before, after)) return;
      index.remove(old.rid, before);
      index.add(record.rid, after);
    });
    // What was changed once is likely to be changed again.
    record.indexed = { by: this.#indexes, entries };
    this.records.set(record.rid, record);
    this.#log({ operation: 'put', namespace: this.namespace, bson: bytes });
    return record;
  }

  remove(record: StoredRecord): void {
    const entries = this.#entriesOf(record);
    this.#indexes.forEach((index, position) => index.remove(record.rid, entryAt(entries, position)));
    this.records.delete(record.rid);
    this.#log({ operation: 'remove', namespace: this.namespace, bson: serialize({ _id: record.view['_id'] }) });
  }

  /** Builds an index over what is there. @throws CommandError 11000 when it is unique and the documents are not */
  createIndex(definition: IndexDefinition): void {
    const index = buildIndex(definition);
    for (const record of this.records.values()) {
      const entry = index.entryFor(record.view);
      this.#refuseDuplicate(index, entry, record);
      index.add(record.rid, entry);
    }
    this.#indexes = [...this.#indexes, index];
    this.#log({ operation: 'createIndex', namespace: this.namespace, bson: serialize(definition.spec) });
  }

  dropIndex(name: string): void {
    this.#indexes = this.#indexes.filter((index) => index.definition.name !== name);
    this.#log({ operation: 'dropIndex', namespace: this.namespace, bson: serialize({ name }) });
  }

  /** How a stored document is indexed now. */
  #entriesOf(record: StoredRecord): readonly IndexEntry[] {
    if (record.indexed?.by === this.#indexes) return record.indexed.entries;
    return this.#indexes.map((index) => index.entryFor(record.view));
  }

  /**
   * Everything that can refuse a document happens here, before anything is changed.
   * @param earlier its entries as they were: what it has already, nobody else has
   */
  #prepare(record: StoredRecord, earlier?: readonly IndexEntry[]): IndexEntry[] {
    return this.#indexes.map((index, position) => {
      const entry = index.entryFor(record.view);
      if (!earlier || !sameKeys(entryAt(earlier, position), entry)) this.#refuseDuplicate(index, entry, record);
      return entry;
    });
  }

  #refuseDuplicate(index: Index, entry: IndexEntry, record: StoredRecord): void {
    if (!(index instanceof OrderedIndex)) return;
    const conflict = index.conflict(entry, record);
    if (conflict === undefined) return;
    const { name, key } = index.definition;
    const message = `E11000 duplicate key error collection: ${this.namespace} index: ${name} dup key: ${conflict.shown}`;
    throw new CommandError('DuplicateKey', message, { keyPattern: key, keyValue: conflict.keyValue });
  }
}

/** Types that cannot be an `_id`, by their tag in BSON. */
const NOT_AN_ID = new Map([
  [0x04, 'array'],
  [0x06, 'undefined'],
  [0x0b, 'regex'],
]);

function refuseId(bytes: Uint8Array): void {
  const type = NOT_AN_ID.get(bytes[4] ?? 0);
  if (type !== undefined) throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${type}`);
}

/** The same keys, got in the same way: `[1]` and `1` have one key, and the first makes an index multikey. */
function sameKeys(one: IndexEntry, other: IndexEntry): boolean {
  if (one.kind !== 'ordered' || other.kind !== 'ordered') return false;
  return sameList(one.keys, other.keys) && sameList(one.multikeyPaths, other.multikeyPaths);
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((key, position) => key === other[position]);

function entryAt(entries: readonly IndexEntry[], position: number): IndexEntry {
  const entry = entries[position];
  if (entry === undefined)
    throw new Error(`expected an entry for each index, got ${entries.length} and asked for number ${position}`);
  return entry;
}
