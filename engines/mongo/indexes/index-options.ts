import { CommandError } from '../commands/command-error.js';
import { isDoc, show, type Doc } from '../values/document.js';

export type IndexKind = 'ordered' | '2dsphere' | 'text';

const KNOWN = new Set(
  'v key name ns unique sparse background expireAfterSeconds partialFilterExpression collation weights default_language language_override textIndexVersion 2dsphereIndexVersion'.split(
    ' ',
  ),
);
/** https://www.mongodb.com/docs/v7.0/core/index-partial/ */
const IN_PARTIAL_FILTERS = new Set([
  '$eq',
  '$exists',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$type',
  '$and',
  '$or',
  '$in',
  '$geoWithin',
  '$geoIntersects',
]);
const MOST_SECONDS = 2_147_483_647;

/** @throws CommandError, as mongod answers, for options of an index that do not exist, do not go together, or do not exist here */
export function refuseIndexOptions(spec: Doc, kind: IndexKind, fields: number): void {
  const odd = Object.keys(spec).find((option) => !KNOWN.has(option) && spec[option] !== false);
  if (odd !== undefined) {
    const message = `The field '${odd}' is not valid for an index specification. Specification: ${show(spec)}`;
    throw new CommandError('InvalidIndexSpecificationOption', message);
  }
  refuseExpiry(spec['expireAfterSeconds'], kind, fields);
  const partial = spec['partialFilterExpression'];
  if (partial !== undefined) {
    if (spec['sparse'] === true)
      throw new CommandError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
    if (!isDoc(partial))
      throw new CommandError(
        'TypeMismatch',
        `The field 'partialFilterExpression' must be an object, got ${show(partial)}`,
      );
    refusePartial(partial);
  }
  const language = spec['default_language'];
  if (kind === 'text' && language !== undefined && language !== 'english' && language !== 'none') {
    const message = `default_language: unsupported language: ${show(language)} for text index version 3`;
    throw new CommandError('CannotCreateIndex', message);
  }
}

function refuseExpiry(seconds: unknown, kind: IndexKind, fields: number): void {
  if (seconds === undefined) return;
  if (typeof seconds !== 'number' || seconds < 0 || seconds > MOST_SECONDS) {
    const message = `TTL index 'expireAfterSeconds' option must be within an acceptable range, got ${show(seconds)}`;
    throw new CommandError('CannotCreateIndex', message);
  }
  if (fields > 1 || kind !== 'ordered') {
    const message = 'TTL indexes are single-field indexes, compound indexes do not support TTL';
    throw new CommandError('CannotCreateIndex', message);
  }
}

function refusePartial(filter: Doc): void {
  for (const [key, value] of Object.entries(filter)) {
    if (key.startsWith('$') && !IN_PARTIAL_FILTERS.has(key)) {
      throw new CommandError('CannotCreateIndex', `unsupported expression in partial index: ${key}: ${show(value)}`);
    }
    if (key === '$exists' && value === false)
      throw new CommandError('CannotCreateIndex', 'unsupported expression in partial index: $exists: false');
    // What these take are shapes and values, not conditions.
    if (key.startsWith('$geo') || key === '$in' || key === '$eq') continue;
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) if (isDoc(part)) refusePartial(part);
  }
}
