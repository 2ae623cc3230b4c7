import { errors } from '../resp/command-error.js';
import { EntryPool } from './entry-pool.js';
import { KeyScans } from './key-scans.js';
import { estimateBytes } from './memory-estimate.js';
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
  expired(database: number, key: string): void;
  evicted(database: number, key: string): void;
  /** By how many bytes, estimated, the data grew; negative when it shrank. */
  resized(bytes: number): void;
}

/** One of the numbered databases: keys, their values and their expiry. A key past its time is gone for every reader. */
export class Database {
  readonly index: number;
  readonly #events: KeyspaceEvents;
  readonly #entries = new Map<string, Entry>();
  readonly #all = new EntryPool('place');
  readonly #volatile = new EntryPool('volatilePlace');
  #sequence = 0;
  /** Where the next sweep goes on among the keys that expire. */
  #sweep = 0;
  readonly #scans = new KeyScans(this.#entries);

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
      this.#expire(entry);
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
      this.#setExpiry(entry, expiresAt);
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
    this.#setExpiry(entry, expiresAt);
    this.changed(key);
  }

  delete(key: string): boolean {
    const entry = this.peek(key);
    if (!entry) return false;
    this.#remove(entry);
    this.changed(key);
    return true;
  }

  /** Removes a key to make room. */
  evict(entry: Entry): void {
    this.#remove(entry);
    this.#events.evicted(this.index, entry.key);
    this.changed(entry.key);
  }

  /** Any key, or any that expires; expired ones included. */
  randomEntry({ volatile }: { readonly volatile: boolean }): Entry | undefined {
    return (volatile ? this.#volatile : this.#all).random();
  }

  /** To be called after elements of a collection were written or removed: an empty collection goes. */
  touched(key: string): void {
    const entry = this.#entries.get(key);
    if (entry && sizeOf(entry.value) === 0) this.#remove(entry);
    this.changed(key);
  }

  changed(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#resize(entry, estimateBytes(key, entry.value));
    this.#events.changed(this.index, key);
  }

  clear(): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#all.clear();
    this.#volatile.clear();
    for (const entry of entries) {
      this.#resize(entry, 0);
      this.#events.changed(this.index, entry.key);
    }
  }

  /** Exchanges what two databases hold, for SWAPDB. */
  swap(other: Database): void {
    const entries = [...this.#entries.values()];
    const others = [...other.#entries.values()];
    this.clear();
    other.clear();
    for (const { key, value, expiresAt } of entries) other.set(key, value, expiresAt);
    for (const { key, value, expiresAt } of others) this.set(key, value, expiresAt);
  }

  /** From the oldest key on, expired ones included. */
  entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** See `KeyScans.next`. */
  scan(cursor: number, count: number): { readonly page: readonly Entry[]; readonly cursor: number } {
    return this.#scans.next(cursor, count);
  }

  /** Removes expired keys among the next `limit` that have an expiry, going round. Returns how many it found. */
  sweepExpired(limit: number): number {
    let removed = 0;
    for (let looked = 0; looked < limit; looked += 1) {
      const entry = this.#volatile.at(this.#sweep);
      if (!entry) {
        this.#sweep = 0;
        break;
      }
      if (entry.expiresAt <= this.#events.now()) {
        // Another one takes its place, and is looked at next.
        this.#expire(entry);
        removed += 1;
      } else {
        this.#sweep += 1;
      }
    }
    return removed;
  }

  #insert(key: string, value: Value, expiresAt: number): void {
    this.#sequence += 1;
    const entry: Entry = {
      key,
      value,
      expiresAt,
      sequence: this.#sequence,
      usedAt: this.#events.now(),
      bytes: 0,
      place: -1,
      volatilePlace: -1,
    };
    this.#entries.set(key, entry);
    this.#all.add(entry);
    if (expiresAt !== Infinity) this.#volatile.add(entry);
  }

  #setExpiry(entry: Entry, expiresAt: number): void {
    entry.expiresAt = expiresAt;
    if (expiresAt === Infinity) this.#volatile.remove(entry);
    else this.#volatile.add(entry);
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.key);
    this.#all.remove(entry);
    this.#volatile.remove(entry);
    this.#resize(entry, 0);
  }

  #resize(entry: Entry, bytes: number): void {
    this.#events.resized(bytes - entry.bytes);
    entry.bytes = bytes;
  }

  #expire(entry: Entry): void {
    this.#remove(entry);
    this.#events.expired(this.index, entry.key);
    this.changed(entry.key);
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
