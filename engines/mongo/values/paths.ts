import { isDoc, type Doc } from './document.js';

/** Splits a dotted path, remembering it: the same few paths come with every command. */
export function splitPath(path: string): readonly string[] {
  const known = split.get(path);
  if (known !== undefined) return known;
  if (split.size > 10_000) split.clear();
  const parts = path.split('.');
  split.set(path, parts);
  return parts;
}
const split = new Map<string, readonly string[]>();

/** What a path leads to in a document. */
export interface Found {
  /** Every value, arrays taken apart into their elements; `undefined` stands for a missing field. */
  readonly values: unknown[];
  /** True when an array was on the way or at the end. */
  readonly throughArray: boolean;
}

/** Marks an empty array among the values: it sorts between MinKey and null and equals nothing else. */
export const EMPTY_ARRAY = Symbol('empty array');

/** Finds all values at a path, descending into arrays as MongoDB's queries and indexes do. */
export function valuesAt(doc: Doc, path: string): Found {
  const values: unknown[] = [];
  const throughArray = collect(doc, splitPath(path), 0, values);
  return { values, throughArray };
}

function collect(value: unknown, parts: readonly string[], depth: number, out: unknown[]): boolean {
  const part = parts[depth];
  if (part === undefined) {
    if (!Array.isArray(value)) {
      out.push(value);
      return false;
    }
    if (value.length === 0) out.push(EMPTY_ARRAY);
    else out.push(...(value as unknown[]));
    return true;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) out.push(undefined);
    if (/^\d+$/.test(part) && Number(part) < value.length) collect(value[Number(part)], parts, depth + 1, out);
    for (const item of value) if (isDoc(item)) collect(item, parts, depth, out);
    return true;
  }
  if (!isDoc(value)) {
    out.push(undefined);
    return false;
  }
  return collect(value[part], parts, depth + 1, out);
}

/** The single value at a path through embedded documents only, or `undefined`. */
export function valueAt(doc: Doc, path: string): unknown {
  let value: unknown = doc;
  for (const part of splitPath(path)) {
    if (!isDoc(value) && !Array.isArray(value)) return undefined;
    value = (value as Doc)[part];
  }
  return value;
}

/** Sets a value at a path, making the embedded documents that are missing on the way. */
export function setAt(doc: Doc, path: string, value: unknown): void {
  const parts = splitPath(path);
  let target = doc;
  for (const part of parts.slice(0, -1)) {
    const next = target[part];
    if (isDoc(next)) {
      target = next;
    } else {
      const made: Doc = {};
      target[part] = made;
      target = made;
    }
  }
  target[parts.at(-1) ?? ''] = value;
}
