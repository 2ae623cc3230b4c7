import { Binary, BSONRegExp, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { isDoc, toPlain } from './document.js';

/**
 * Encodes any BSON value as a string such that comparing two strings gives MongoDB's order of the two values, across
 * types and numeric kinds, and such that no encoding is a prefix of another. Index entries and sort keys of several
 * fields are then plain concatenations, and one comparison of strings replaces a comparator.
 *
 * The order of types is that of https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/.
 */
export function keyString(value: unknown, fold: (text: string) => string = identity): string {
  const plain = toPlain(value);
  if (typeof plain === 'string') return TYPE.string + encodeText(fold(plain));
  if (typeof plain === 'number') return TYPE.number + encodeNumber(plain) + NO_REMAINDER;
  if (typeof plain === 'boolean') return TYPE.boolean + (plain ? '\u0002' : '\u0001');
  return typeof plain === 'object' && plain !== null ? encodeObject(plain, fold) : TYPE.null;
}

/** Order of types; each is one code unit, with room between none of them, so that `next(type)` bounds a bracket. */
export const TYPE = {
  minKey: '\u0001',
  emptyArray: '\u0002',
  null: '\u0003',
  number: '\u0004',
  string: '\u0005',
  object: '\u0006',
  array: '\u0007',
  binary: '\u0008',
  objectId: '\u0009',
  boolean: '\u000a',
  date: '\u000b',
  timestamp: '\u000c',
  regex: '\u000d',
  maxKey: '\u000e',
} as const;

/** Turns ascending into descending order by complementing every code unit. */
export function descending(key: string): string {
  let inverted = '';
  for (let index = 0; index < key.length; index += 1) inverted += String.fromCharCode(0xffff - key.charCodeAt(index));
  return inverted;
}

// A Long beyond 2^53 shares its double with its neighbours; this unit holds what the double lost.
const NO_REMAINDER = '\u8000';
const identity = (text: string) => text;
const scratch = new DataView(new ArrayBuffer(8));

function encodeNumber(value: number): string {
  scratch.setFloat64(0, value === 0 ? 0 : value);
  const negative = value < 0;
  let key = '';
  for (let offset = 0; offset < 8; offset += 2) {
    const unit = scratch.getUint16(offset);
    key += String.fromCharCode(negative ? 0xffff - unit : offset === 0 ? unit ^ 0x8000 : unit);
  }
  // NaN sorts below every number.
  return Number.isNaN(value) ? '\0\0\0\0' : key;
}

function encodeText(text: string): string {
  return `${text.includes('\0') ? text.replaceAll('\0', '\0\u0001') : text}\0\0`;
}

function encodeObject(value: object, fold: (text: string) => string): string {
  if (value instanceof ObjectId) return TYPE.objectId + encodeBytes(value.id);
  if (value instanceof Date) return TYPE.date + encodeNumber(value.getTime());
  if (Array.isArray(value)) return `${TYPE.array}${value.map((item) => keyString(item, fold)).join('')}\0`;
  if (isDoc(value)) return TYPE.object + encodeFields(value, fold);
  if (value instanceof Timestamp) return TYPE.timestamp + String.fromCharCode(...units(value.toBigInt()));
  if (value instanceof Long) return encodeLong(value);
  if (value instanceof Decimal128) return TYPE.number + encodeNumber(Number(value.toString())) + NO_REMAINDER;
  if (value instanceof Binary) {
    return (
      TYPE.binary + encodeNumber(value.position) + String.fromCharCode(value.sub_type) + encodeBytes(value.value())
    );
  }
  if (value instanceof RegExp) return TYPE.regex + encodeText(value.source) + encodeText(value.flags);
  if (value instanceof BSONRegExp) return TYPE.regex + encodeText(value.pattern) + encodeText(value.options);
  if (value instanceof MinKey) return TYPE.minKey;
  if (value instanceof MaxKey) return TYPE.maxKey;
  // Code and DBRef have an order in MongoDB that nobody relies on; here they sort by their text.
  return TYPE.binary + encodeText(JSON.stringify(value));
}

function encodeFields(value: Record<string, unknown>, fold: (text: string) => string): string {
  let key = '';
  for (const name in value) {
    const encoded = keyString(value[name], fold);
    key += encoded.charAt(0) + encodeText(name) + encoded;
  }
  return `${key}\0`;
}

function encodeLong(value: Long): string {
  const double = value.toNumber();
  const lost = value.subtract(Long.fromNumber(double)).toNumber();
  return TYPE.number + encodeNumber(double) + String.fromCharCode(0x8000 + lost);
}

function encodeBytes(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}

function units(value: bigint): number[] {
  return [48n, 32n, 16n, 0n].map((shift) => Number((value >> shift) & 0xffffn));
}
