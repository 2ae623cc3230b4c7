import type { SortedSet } from './sorted-set.js';

/** What each type keeps. */
export interface DataTypes {
  string: string;
  hash: Map<string, string>;
  list: string[];
  set: Set<string>;
  zset: SortedSet;
}

export type TypeName = keyof DataTypes;

/** A value with its type, so that a command on the wrong one is refused. */
export type Value = { [T in TypeName]: { readonly type: T; readonly data: DataTypes[T] } }[TypeName];

/** A key's value with what the keyspace knows of it. */
export interface Entry {
  readonly key: string;
  value: Value;
  /** Unix time in ms; Infinity for a key that does not expire. */
  expiresAt: number;
  /** Grows with each new key: SCAN's cursor. */
  readonly sequence: number;
  /** Unix time in ms of the last access. */
  usedAt: number;
  /** What it takes in memory, as it was estimated when it was last written. */
  bytes: number;
  /** Its place among all keys and among those that expire; -1 for none. */
  place: number;
  volatilePlace: number;
}

/** How many elements a value holds; an empty collection is not kept. */
export function sizeOf(value: Value): number {
  switch (value.type) {
    case 'string':
      return value.data.length;
    case 'list':
      return value.data.length;
    case 'hash':
    case 'set':
    case 'zset':
      return value.data.size;
  }
}

/** An independent copy, for COPY. */
export function cloneValue(value: Value): Value {
  switch (value.type) {
    case 'string':
      return value;
    case 'list':
      return { type: 'list', data: [...value.data] };
    case 'hash':
      return { type: 'hash', data: new Map(value.data) };
    case 'set':
      return { type: 'set', data: new Set(value.data) };
    case 'zset':
      return { type: 'zset', data: value.data.clone() };
  }
}
