import type { Value } from '../keyspace/values.js';

const SMALL = { entries: 128, bytes: 64, setIntegers: 512, embeddedString: 44 };

/** The name of the encoding that Redis 7.0 would use for such a value: what a learner looks at, not how it is kept here. */
export function objectEncoding(value: Value): string {
  switch (value.type) {
    case 'string':
      if (value.data.length <= 20 && /^(?:0|-?[1-9]\d{0,18})$/.test(value.data)) return 'int';
      return value.data.length <= SMALL.embeddedString ? 'embstr' : 'raw';
    case 'list':
      return 'quicklist';
    case 'hash':
      return isSmall(value.data.size, [...value.data.keys(), ...value.data.values()]) ? 'listpack' : 'hashtable';
    case 'set':
      if (value.data.size <= SMALL.setIntegers && [...value.data].every((member) => /^-?\d{1,18}$/.test(member)))
        return 'intset';
      return 'hashtable';
    case 'zset':
      return isSmall(
        value.data.size,
        [...value.data].map(({ member }) => member),
      )
        ? 'listpack'
        : 'skiplist';
  }
}

function isSmall(entries: number, texts: readonly string[]): boolean {
  return entries <= SMALL.entries && texts.every((text) => text.length <= SMALL.bytes);
}
