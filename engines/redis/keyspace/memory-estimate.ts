import type { Value } from './values.js';

/**
 * What V8 spends around the bytes of keys and elements, measured on heaps of 100,000 keys: the key with its entry, and one element of
 * each type. A string is 16 bytes and its characters, in eights.
 */
const COST = { key: 190, string: 16, listElement: 12, hashField: 52, setMember: 36, sortedSetMember: 118 };

/** How many elements of a collection are looked at, as MEMORY USAGE does unless told otherwise. */
const DEFAULT_SAMPLES = 5;

/** The memory that a key takes, in bytes: exact about its size, an average of `samples` elements (0: all of them) about its elements. */
export function estimateBytes(key: string, value: Value, samples = DEFAULT_SAMPLES): number {
  const own = COST.key + stringBytes(key);
  switch (value.type) {
    case 'string':
      return own + stringBytes(value.data);
    case 'list':
      return own + value.data.length * (COST.listElement + average(value.data, stringBytes, samples));
    case 'hash':
      return (
        own +
        value.data.size *
          (COST.hashField +
            average(value.data, ([field, text]: [string, string]) => stringBytes(field) + stringBytes(text), samples))
      );
    case 'set':
      return own + value.data.size * (COST.setMember + average(value.data, stringBytes, samples));
    case 'zset':
      return (
        own +
        value.data.size * (COST.sortedSetMember + average(value.data, ({ member }) => stringBytes(member), samples))
      );
  }
}

function stringBytes(text: string): number {
  return COST.string + ((text.length + 7) & ~7);
}

function average<T>(elements: Iterable<T>, bytesOf: (element: T) => number, samples: number): number {
  let total = 0;
  let looked = 0;
  for (const element of elements) {
    total += bytesOf(element);
    looked += 1;
    if (looked === samples) break;
  }
  return looked === 0 ? 0 : Math.round(total / looked);
}
