import { errors } from '../resp/command-error.js';
import { SortedSet } from './sorted-set.js';
import { sizeOf } from './values.js';
import type { DataTypes, Entry, TypeName, Value } from './values.js';

/** What a database tells its server. */
export interface KeyspaceEvents {
  /** Unix time in ms, the same during one command or script. */
  now(): number;
  /** A key was written or removed. */
  changed(database: number, key: string): void;
  looked(found: boolean): void;
  expired(): void;
}

const REMEMBERED_SCANS = 64;

/** One of the numbered databases: keys, their values and their expiry. A key past its time is gone for every reader. */
export class Database {
  readonly index: number;
  readonly #events: KeyspaceEvents;
  readonly #entries = new Map<string, Entry>();
  readonly #volatile = new Set<string>();
  #sequence = 0;
  #sweep: IterableIterator<string> | undefined;
  /** Scans under way, by their cursor: going on with one is quick; a cursor that is not here is looked up from the start. */
  readonly #scans = new Map<number, Generator<[string, Entry], undefined>>();

  constructor(index: number, events: KeyspaceEvents) {
    this.index = index;
    this.#events = events;
  }

  get size(): number {
    return this.#entries.size;
  }

  get volatileSize(): number {
    return this.#volatile.size;
  }

  /** The entry of a key, or undefined; an expired one is removed on the way. Does not count as an access. */
  peek(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt <= this.#events.now()) {
      this.#expire(key);
      return undefined;
    }
    return entry;
  }

  /** Like `peek`, and counts as an access. */
  entry(key: string): Entry | undefined {
    const entry = this.peek(key);
    if (entry) entry.usedAt = this.#events.now();
    return entry;
  }

  /** The data of a key for a command that will write; throws WRONGTYPE when it holds another type. */
  find<T extends TypeName>(key: string, type: T): DataTypes[T] | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    if (entry.value.type !== type) throw errors.wrongType();
    return entry.value.data as DataTypes[T];
  }

  /** The data of a key for a command that only reads: counts a hit or a miss. */
  read<T extends TypeName>(key: string, type: T): DataTypes[T] | undefined {
    const data = this.find(key, type);
    this.#events.looked(data !== undefined);
    return data;
  }

  readEntry(key: string): Entry | undefined {
    const entry = this.entry(key);
    this.#events.looked(entry !== undefined);
    return entry;
  }

  /** The collection of a key, created empty when there is none: the caller puts something in. */
  collection<T extends Exclude<TypeName, 'string'>>(key: string, type: T): DataTypes[T] {
    const found = this.find(key, type);
    if (found !== undefined) return found;
    const value = emptyValue(type);
    this.#insert(key, value, Infinity);
    return value.data as DataTypes[T];
  }

  /** Stores a value; an earlier expiry is dropped unless `expiresAt` says otherwise. */
  set(key: string, value: Value, expiresAt = Infinity): void {
    const entry = this.#entries.get(key);
    if (entry) {
      entry.value = value;
      entry.usedAt = this.#events.now();
      this.#setExpiry(key, entry, expiresAt);
    } else {
      this.#insert(key, value, expiresAt);
    }
    this.changed(key);
  }

  setString(key: string, data: string, expiresAt?: number): void {
    this.set(key, { type: 'string', data }, expiresAt);
  }

  /** Changes a string and keeps its expiry. */
  updateString(key: string, data: string): void {
    this.set(key, { type: 'string', data }, this.peek(key)?.expiresAt);
  }

  /** Sets when a key expires, in Unix ms; Infinity for never. */
  expireAt(key: string, expiresAt: number): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#setExpiry(key, entry, expiresAt);
    this.changed(key);
  }

  delete(key: string): boolean {
    if (!this.peek(key)) return false;
    this.#entries.delete(key);
    this.#volatile.delete(key);
    this.changed(key);
    return true;
  }

  /** To be called after elements of a collection were written or removed: an empty collection goes. */
  touched(key: string): void {
    const entry = this.#entries.get(key);
    if (entry && sizeOf(entry.value) === 0) {
      this.#entries.delete(key);
      this.#volatile.delete(key);
    }
    this.changed(key);
  }

  changed(key: string): void {
    this.#events.changed(this.index, key);
  }

  clear(): void {
    const keys = [...this.#entries.keys()];
    this.#entries.clear();
    this.#volatile.clear();
    for (const key of keys) this.changed(key);
  }

  /** Keys and entries from the oldest key on, expired ones included. It may go on while keys come and go. */
  entries(): IterableIterator<[string, Entry]> {
    return this.#entries.entries();
  }

  /**
   * Up to `count` entries younger than the cursor, and the cursor to go on from; 0 at the start and at the end.
   * The cursor is the age of the last key seen, so a key that stays is returned exactly once, whatever comes and goes.
   */
  scan(cursor: number, count: number): { readonly page: [string, Entry][]; readonly cursor: number } {
    const iterator = this.#scans.get(cursor) ?? this.#entriesAfter(cursor);
    this.#scans.delete(cursor);
    const page: [string, Entry][] = [];
    while (page.length < count) {
      const { value, done } = iterator.next();
      if (done) return { page, cursor: 0 };
      page.push(value);
    }
    const last = page[page.length - 1]?.[1].sequence ?? 0;
    if (this.#scans.size >= REMEMBERED_SCANS) this.#scans.clear();
    this.#scans.set(last, iterator);
    return { page, cursor: last };
  }

  *#entriesAfter(cursor: number): Generator<[string, Entry], undefined> {
    for (const pair of this.#entries) if (pair[1].sequence > cursor) yield pair;
  }

  /** Removes expired keys among the next `limit` that have an expiry, going round. Returns how many it found. */
  sweepExpired(limit: number): number {
    let removed = 0;
    for (let looked = 0; looked < limit; looked += 1) {
      this.#sweep ??= this.#volatile.values();
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = undefined;
        break;
      }
      const entry = this.#entries.get(next.value);
      if (entry && entry.expiresAt <= this.#events.now()) {
        this.#expire(next.value);
        removed += 1;
      }
    }
    return removed;
  }

  #insert(key: string, value: Value, expiresAt: number): void {
    this.#sequence += 1;
    this.#entries.set(key, { value, expiresAt, sequence: this.#sequence, usedAt: this.#events.now() });
    if (expiresAt !== Infinity) this.#volatile.add(key);
  }

  #setExpiry(key: string, entry: Entry, expiresAt: number): void {
    entry.expiresAt = expiresAt;
    if (expiresAt === Infinity) this.#volatile.delete(key);
    else this.#volatile.add(key);
  }

  #expire(key: string): void {
    this.#entries.delete(key);
    this.#volatile.delete(key);
    this.#events.expired();
    this.changed(key);
  }
}

function emptyValue(type: Exclude<TypeName, 'string'>): Value {
  switch (type) {
    case 'hash':
      return { type, data: new Map() };
    case 'list':
      return { type, data: [] };
    case 'set':
      return { type, data: new Set() };
    case 'zset':
      return { type, data: new SortedSet() };
  }
}
