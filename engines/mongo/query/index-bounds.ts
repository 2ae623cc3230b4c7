import { AFTER, type Interval, type OrderedIndex } from '../indexes/ordered-index.js';
import type { IndexDefinition } from '../indexes/index-definition.js';
import type { GeoIndex, OtherFields } from '../indexes/geo-index.js';
import type { Collation } from '../values/collation.js';
import { isDoc } from '../values/document.js';
import { descending, keyString } from '../values/key-string.js';
import type { Condition } from './filter-parts.js';
import { matcher } from './matcher.js';

/** What a filter's conditions leave of an ordered index. */
export interface IndexBounds {
  readonly intervals: readonly Interval[];
  /** Leading fields that are bound to single values. */
  readonly equalities: number;
  /** Leading fields with exactly one value: the order after them is the order of the rest. */
  readonly constants: number;
  readonly hasRange: boolean;
}

type FieldBounds =
  | { readonly kind: 'points'; readonly keys: readonly string[] }
  | { readonly kind: 'range'; readonly interval: Interval };

/** What encodes the values of an index. */
type KeyEncoder = Pick<OrderedIndex, 'definition' | 'encode'> & { readonly multikeyPaths: ReadonlySet<string> };

/** More points than this are not worth the look-ups. */
const MOST_POINTS = 1000;

/** The stretches of an index that hold every document matching the conditions; `undefined` if the index may leave some out. */
export function boundsOf(
  index: OrderedIndex,
  conditions: ReadonlyMap<string, readonly Condition[]>,
  collation: Collation,
): IndexBounds | undefined {
  if (!coversMatches(index.definition, conditions)) return undefined;
  let prefixes = [''];
  let [equalities, constants] = [0, 0];
  for (const { path, direction } of index.definition.fields) {
    const bounds = fieldBounds(index, path, direction === -1, conditions.get(path) ?? [], collation);
    if (bounds?.kind === 'points' && prefixes.length * bounds.keys.length <= MOST_POINTS) {
      prefixes = prefixes.flatMap((prefix) => bounds.keys.map((key) => prefix + key));
      if (bounds.keys.length === 1 && constants === equalities) constants += 1;
      equalities += 1;
      continue;
    }
    if (bounds?.kind !== 'range') break;
    const intervals = prefixes.map((prefix) => ({
      from: prefix + bounds.interval.from,
      to: prefix + bounds.interval.to,
    }));
    return { intervals, equalities, constants, hasRange: true };
  }
  return {
    intervals: prefixes.map((prefix) => ({ from: prefix, to: prefix + AFTER })),
    equalities,
    constants,
    hasRange: false,
  };
}

/** What conditions leave of the fields of a 2dsphere index that are not geographic. */
export function otherFieldsOf(
  index: GeoIndex,
  conditions: ReadonlyMap<string, readonly Condition[]>,
  collation: Collation,
): OtherFields {
  let prefixes: readonly string[] | undefined = [''];
  for (const { path } of index.before) {
    const bounds = fieldBounds(index, path, false, conditions.get(path) ?? [], collation);
    if (bounds?.kind !== 'points' || prefixes.length * bounds.keys.length > MOST_POINTS)
      return { prefixes: undefined, after: testsOf(index, conditions, collation) };
    prefixes = prefixes.flatMap((prefix) => bounds.keys.map((key) => prefix + key));
  }
  return { prefixes, after: testsOf(index, conditions, collation) };
}

function testsOf(
  index: GeoIndex,
  conditions: ReadonlyMap<string, readonly Condition[]>,
  collation: Collation,
): OtherFields['after'] {
  return index.after.map(({ path }) => {
    // Several conditions may be met by several elements of an array: the first narrows, the filter tests them all.
    const [first] = (conditions.get(path) ?? []).flatMap(
      (condition) => fieldBounds(index, path, false, [condition], collation) ?? [],
    );
    if (first === undefined) return undefined;
    if (first.kind === 'points') return (key) => first.keys.includes(key);
    const { from, to } = first.interval;
    return (key) => key >= from && key < to;
  });
}

function fieldBounds(
  index: KeyEncoder,
  path: string,
  inverted: boolean,
  conditions: readonly Condition[],
  collation: Collation,
): FieldBounds | undefined {
  let range: Interval | undefined;
  for (const { operator, value, options } of conditions) {
    if (index.definition.collation !== collation && dependsOnCollation(value)) continue;
    if (operator === '$eq' && isPoint(value)) return { kind: 'points', keys: [index.encode(value, inverted)] };
    if (operator === '$in' && Array.isArray(value) && value.every(isPoint)) {
      return { kind: 'points', keys: [...new Set(value.map((item) => index.encode(item, inverted)))].sort() };
    }
    // Every element that is asked for is there: looking under the first finds all candidates.
    const [first] = operator === '$all' && Array.isArray(value) ? (value as unknown[]) : [];
    if (first !== undefined && isPoint(first) && !(isDoc(first) && '$elemMatch' in first))
      return { kind: 'points', keys: [index.encode(first, inverted)] };
    const found =
      operator === '$regex'
        ? prefixRange(index, value, options, inverted)
        : comparisonRange(index, operator, value, inverted);
    if (found === undefined) continue;
    // One element of an array may satisfy one bound and another the other: only one of them limits the scan.
    if (range !== undefined && index.multikeyPaths.has(path)) continue;
    range = range === undefined ? found : { from: max(range.from, found.from), to: min(range.to, found.to) };
  }
  return range === undefined ? undefined : { kind: 'range', interval: range };
}

function comparisonRange(index: KeyEncoder, operator: string, value: unknown, inverted: boolean): Interval | undefined {
  if (!isPoint(value) || isDoc(value)) return undefined;
  const key = index.encode(value, false);
  const bracket = { from: key.charAt(0), to: key.charAt(0) + AFTER };
  switch (operator) {
    case '$gt':
      return oriented({ ...bracket, from: key + AFTER }, inverted);
    case '$gte':
      return oriented({ ...bracket, from: key }, inverted);
    case '$lt':
      return oriented({ ...bracket, to: key }, inverted);
    case '$lte':
      return oriented({ ...bracket, to: key + AFTER }, inverted);
    default:
      return undefined;
  }
}

/** `/^abc/` reads only the strings that begin with abc. */
function prefixRange(index: KeyEncoder, value: unknown, options: unknown, inverted: boolean): Interval | undefined {
  const [source, flags] = value instanceof RegExp ? [value.source, value.flags] : [value, options];
  if (typeof source !== 'string' || (flags !== undefined && flags !== '') || source.includes('|')) return undefined;
  const prefix = /^\^([\w \-@]+)(?![*?{\w \-@])/.exec(source)?.[1];
  if (prefix === undefined || index.definition.collation !== 'binary') return undefined;
  const key = keyString(prefix).slice(0, -2);
  return oriented({ from: key, to: key + AFTER }, inverted);
}

/** In a descending field the ends change places, and complementing turns "after all of it" into "before all of it". */
function oriented({ from, to }: Interval, inverted: boolean): Interval {
  if (!inverted) return { from, to };
  const flip = (end: string) =>
    end.endsWith(AFTER) ? descending(end.slice(0, -AFTER.length)) : descending(end) + AFTER;
  return { from: flip(to), to: flip(from) };
}

/** Whether a sparse or partial index holds every document that the conditions allow. */
export function coversMatches(
  { sparse, partialFilter, fields, kind }: IndexDefinition,
  conditions: ReadonlyMap<string, readonly Condition[]>,
): boolean {
  if (sparse && kind === 'ordered' && !fields.some(({ path }) => conditions.get(path)?.some(excludesMissing)))
    return false;
  if (partialFilter === undefined) return true;
  return Object.entries(partialFilter).every(([path, clause]) =>
    conditions.get(path)?.some((condition) => implies(path, condition, clause)),
  );
}

function implies(path: string, condition: Condition, clause: unknown): boolean {
  if (condition.operator === '$eq') return matcher({ value: clause })({ value: condition.value });
  if (isDoc(clause) && clause['$exists'] === true && Object.keys(clause).length === 1)
    return excludesMissing(condition);
  if (condition.operator === '$in' && Array.isArray(condition.value)) {
    return condition.value.every((item: unknown) => implies(path, { operator: '$eq', value: item }, clause));
  }
  return (
    isDoc(clause) &&
    Object.keys(clause).length === 1 &&
    keyString(clause[condition.operator]) === keyString(condition.value)
  );
}

function excludesMissing({ operator, value }: Condition): boolean {
  switch (operator) {
    case '$eq':
    case '$gt':
    case '$lt':
    case '$gte':
    case '$lte':
      return value !== null && value !== undefined;
    case '$in':
    case '$all':
      return Array.isArray(value) && !value.includes(null);
    case '$exists':
      return value === true || value === 1;
    default:
      return operator === '$regex';
  }
}

function isPoint(value: unknown): boolean {
  return !Array.isArray(value) && !(value instanceof RegExp);
}

function dependsOnCollation(value: unknown): boolean {
  if (typeof value === 'string' || value instanceof RegExp || isDoc(value)) return true;
  return Array.isArray(value) && value.some(dependsOnCollation);
}

const max = (a: string, b: string) => (a > b ? a : b);
const min = (a: string, b: string) => (a < b ? a : b);
