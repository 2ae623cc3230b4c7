import { BSONRegExp, BSONSymbol, Decimal128, Double, Int32, Long, ObjectId, deserialize } from 'bson';

/** A document whose shape is the client's business. */
export type Doc = Record<string, unknown>;

/** True for a plain embedded document: neither an array, nor null, nor a BSON value with a class of its own. */
export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Reads BSON with numbers as JavaScript numbers: what queries, sorts and aggregations work on. */
export function readPlain(bytes: Uint8Array): Doc {
  return deserialize(bytes);
}

/** Reads BSON keeping Int32, Double and Long apart, so that what is written back has the types it came with. */
export function readExact(bytes: Uint8Array): Doc {
  return deserialize(bytes, { promoteValues: false, bsonRegExp: true });
}

/** The plain form of an exact value, without copying what is the same in both. */
export function toPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (isDoc(value)) return plainDoc(value);
  if (value instanceof Int32 || value instanceof Double) return value.valueOf();
  if (value instanceof Long) return Number.isSafeInteger(value.toNumber()) ? value.toNumber() : value;
  if (value instanceof BSONSymbol) return value.valueOf();
  if (value instanceof BSONRegExp) return new RegExp(value.pattern, value.options.replace(/[^imsu]/g, ''));
  return value;
}

/** `toPlain` for a whole document. */
export function plainDoc(doc: Doc): Doc {
  const plain: Doc = {};
  for (const key in doc) plain[key] = toPlain(doc[key]);
  return plain;
}

/** A document without some of its fields. */
export function omit(doc: Doc, ...keys: readonly string[]): Doc {
  return Object.fromEntries(Object.entries(doc).filter(([key]) => !keys.includes(key)));
}

/** A copy that shares no mutable part with the original. BSON values themselves are never changed in place. */
export function copy<T>(value: T): T;
export function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item));
  if (!isDoc(value)) return value;
  const result: Doc = {};
  for (const key in value) result[key] = copy(value[key]);
  return result;
}

/** A value as mongod prints it in error messages: `{ email: "a@b.c" }`. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(show).join(', ')} ]`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Decimal128) return `Decimal128('${value.toString()}')`;
  if (isDoc(value)) {
    const fields = Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  return value instanceof RegExp ? value.toString() : JSON.stringify(toPlain(value));
}

/** The name of a value's BSON type, as `$type` and mongod's messages spell it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (value instanceof Int32) return 'int';
  if (value instanceof Double) return 'double';
  if (value instanceof Long) return 'long';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Date) return 'date';
  if (isDoc(value)) return 'object';
  return typeof value === 'string' ? 'string' : 'binData';
}
