import { ObjectId } from 'bson';
import { parseGeoIntersects, parseGeoWithin } from '../geo/shape-predicates.js';
import type { Box } from '../geo/sphere.js';
import { CommandError } from '../commands/command-error.js';
import { GeoIndex, type OtherFields } from '../indexes/geo-index.js';
import type { Index } from '../indexes/index-contract.js';
import { OrderedIndex } from '../indexes/ordered-index.js';
import { TextIndex } from '../indexes/text-index.js';
import type { Collection } from '../storage/collection.js';
import type { TextQuery } from '../text/search-terms.js';
import type { Collation } from '../values/collation.js';
import { isDoc, show, type Doc } from '../values/document.js';
import { takeApart, type Condition, type FilterParts, type Near } from './filter-parts.js';
import { boundsOf, coversMatches, otherFieldsOf, type IndexBounds } from './index-bounds.js';
import type { SortField } from './sort-spec.js';

/** How the candidates of a query are found. */
export type AccessPath =
  | { readonly stage: 'COLLSCAN' }
  | { readonly stage: 'IDHACK'; readonly id: unknown; readonly alone: boolean }
  | {
      readonly stage: 'IXSCAN';
      readonly index: OrderedIndex;
      readonly bounds: IndexBounds;
      readonly reverse: boolean;
      readonly sorted: boolean;
    }
  | { readonly stage: 'OR'; readonly branches: readonly AccessPath[] }
  | { readonly stage: 'GEO_NEAR_2DSPHERE'; readonly index: GeoIndex; readonly near: Near; readonly others: OtherFields }
  | { readonly stage: 'GEO_BOX'; readonly index: GeoIndex; readonly box: Box; readonly others: OtherFields }
  | {
      readonly stage: 'TEXT_MATCH';
      readonly index: TextIndex;
      readonly text: TextQuery;
      /** Values of the fields before the text. */
      readonly prefix: readonly unknown[];
    };

export interface Wanted {
  readonly sort: readonly SortField[];
  readonly collation: Collation;
  readonly hint: unknown;
}

/**
 * Chooses by rule, not by cost: what only one index can answer; then `_id`; then the index with most fields bound to
 * values, a range after them, and an order that saves the sort.
 * @throws CommandError when `$near` or `$text` has no index, or the hint names none
 */
export function chooseAccess(collection: Collection, parts: FilterParts, wanted: Wanted): AccessPath {
  if (parts.text !== undefined) return textAccess(collection, parts.text, parts.conditions);
  if (parts.near !== undefined) return nearAccess(collection, parts.near, parts, wanted.collation);
  const hinted = hintedIndexes(collection, wanted.hint);
  if (hinted === 'natural') return { stage: 'COLLSCAN' };
  const id = soleId(parts, wanted.collation);
  if (id !== undefined && hinted.includes(collection.idIndex))
    return { stage: 'IDHACK', id: id.value, alone: isAlone(parts) };
  const best = bestOrdered(hinted, parts.conditions, wanted);
  const box = byBox(hinted, parts, wanted.collation);
  if (best !== undefined && (best.bounds.equalities > 0 || best.bounds.hasRange) && !isCloser(box, best)) return best;
  return (
    box ??
    byAlternatives(collection, parts, wanted) ??
    best ??
    (wanted.hint === undefined ? { stage: 'COLLSCAN' } : wholeIndex(hinted))
  );
}

function soleId({ conditions }: FilterParts, collation: Collation): Condition | undefined {
  const condition = conditions.get('_id')?.find(({ operator }) => operator === '$eq');
  if (condition === undefined || Array.isArray(condition.value)) return undefined;
  return collation !== 'binary' && typeof condition.value === 'string' ? undefined : condition;
}

/** Whether nothing is asked but that `_id` equals one simple value, so that finding it answers the query. */
function isAlone({ residual }: FilterParts): boolean {
  const id = residual['_id'];
  return Object.keys(residual).length === 1 && (typeof id !== 'object' || id instanceof ObjectId);
}

function bestOrdered(indexes: readonly Index[], conditions: ReadonlyMap<string, readonly Condition[]>, wanted: Wanted) {
  let best: Extract<AccessPath, { stage: 'IXSCAN' }> | undefined;
  for (const index of indexes) {
    if (!(index instanceof OrderedIndex)) continue;
    const bounds = boundsOf(index, conditions, wanted.collation);
    if (bounds === undefined) continue;
    const direction = orderGiven(index, bounds, wanted);
    if (bounds.equalities === 0 && !bounds.hasRange && direction === undefined) continue;
    const path = {
      stage: 'IXSCAN' as const,
      index,
      bounds,
      reverse: direction === -1,
      sorted: direction !== undefined,
    };
    if (best === undefined || isBetter(path, best)) best = path;
  }
  return best;
}

function isBetter(a: Extract<AccessPath, { stage: 'IXSCAN' }>, b: Extract<AccessPath, { stage: 'IXSCAN' }>): boolean {
  if (a.bounds.equalities !== b.bounds.equalities) return a.bounds.equalities > b.bounds.equalities;
  if (a.bounds.hasRange !== b.bounds.hasRange) return a.bounds.hasRange;
  if (a.sorted !== b.sorted) return a.sorted;
  return a.index.definition.fields.length < b.index.definition.fields.length;
}

/** The direction in which a scan gives the wanted order, if one does. */
function orderGiven(index: OrderedIndex, bounds: IndexBounds, { sort, collation }: Wanted): 1 | -1 | undefined {
  if (sort.length === 0 || index.definition.collation !== collation) return undefined;
  const { fields } = index.definition;
  const constant = new Set(fields.slice(0, bounds.constants).map(({ path }) => path));
  const ordering = sort.filter(({ path }) => !constant.has(path));
  let direction: 1 | -1 | undefined;
  for (const [position, { path, direction: wanted }] of ordering.entries()) {
    const field = fields[bounds.constants + position];
    if (field?.path !== path || index.multikeyPaths.size > 0 || wanted === 'textScore') return undefined;
    const needed = field.direction === wanted ? 1 : -1;
    if (direction !== undefined && direction !== needed) return undefined;
    direction = needed;
  }
  // Several points on one field interleave what comes after them.
  const interleaved = bounds.intervals.length > 1 && bounds.constants < bounds.equalities && ordering.length > 1;
  return interleaved ? undefined : (direction ?? 1);
}

function byBox(indexes: readonly Index[], { conditions }: FilterParts, collation: Collation): GeoBox | undefined {
  const found: GeoBox[] = [];
  for (const index of indexes) {
    if (!(index instanceof GeoIndex) || !coversMatches(index.definition, conditions)) continue;
    const others = otherFieldsOf(index, conditions, collation);
    for (const { operator, value } of conditions.get(index.path) ?? []) {
      if (operator === '$geoWithin') found.push({ stage: 'GEO_BOX', index, box: parseGeoWithin(value).box, others });
      if (operator === '$geoIntersects')
        found.push({ stage: 'GEO_BOX', index, box: parseGeoIntersects(value).box, others });
    }
  }
  return found.sort((a, b) => narrowness(b) - narrowness(a))[0];
}

type GeoBox = Extract<AccessPath, { stage: 'GEO_BOX' }>;

/** How many of the other fields of a geographic index a query narrows. */
function narrowness({ index, others }: Pick<GeoBox, 'index' | 'others'>): number {
  const after = others.after.filter((test) => test !== undefined).length;
  return after + (others.prefixes === undefined ? 0 : index.before.length);
}

/** Whether a geographic index binds as many other fields as an ordered one, and the place besides. */
function isCloser(box: GeoBox | undefined, { index, bounds }: Extract<AccessPath, { stage: 'IXSCAN' }>): boolean {
  if (box === undefined || index.definition.unique) return false;
  return narrowness(box) >= bounds.equalities + (bounds.hasRange ? 1 : 0);
}

function byAlternatives(collection: Collection, { alternatives }: FilterParts, wanted: Wanted): AccessPath | undefined {
  if (alternatives === undefined || alternatives.length === 0) return undefined;
  const branches = alternatives.map((filter) => chooseAccess(collection, takeApart(filter), { ...wanted, sort: [] }));
  return branches.every(({ stage }) => stage !== 'COLLSCAN') ? { stage: 'OR', branches } : undefined;
}

function hintedIndexes(collection: Collection, hint: unknown): readonly Index[] | 'natural' {
  if (hint === undefined) return collection.indexes;
  if (isDoc(hint) && '$natural' in hint) return 'natural';
  const found = collection.indexes.filter(({ definition }) =>
    isDoc(hint) ? samePattern(definition.key, hint) : definition.name === hint,
  );
  if (found.length > 0) return found;
  throw new CommandError(
    'BadValue',
    `error processing query: ns=${collection.namespace}: hint provided does not correspond to an existing index`,
  );
}

function samePattern(a: Readonly<Doc>, b: Readonly<Doc>): boolean {
  return show(a) === show(b);
}

function wholeIndex(indexes: readonly Index[]): AccessPath {
  const index = indexes[0];
  if (!(index instanceof OrderedIndex) || index.definition.sparse || index.definition.partialFilter !== undefined)
    return { stage: 'COLLSCAN' };
  const bounds = boundsOf(index, new Map(), 'binary');
  return bounds === undefined
    ? { stage: 'COLLSCAN' }
    : { stage: 'IXSCAN', index, bounds, reverse: false, sorted: false };
}

function textAccess(
  collection: Collection,
  text: TextQuery,
  conditions: ReadonlyMap<string, readonly Condition[]>,
): AccessPath {
  const index = collection.indexes.find((candidate) => candidate instanceof TextIndex);
  if (!(index instanceof TextIndex)) throw new CommandError('IndexNotFound', 'text index required for $text query');
  const bound = index.prefix.map((path) => conditions.get(path)?.find(({ operator }) => operator === '$eq'));
  const prefix = bound.flatMap((condition) => (condition === undefined ? [] : [condition.value]));
  if (prefix.length === bound.length && coversMatches(index.definition, conditions))
    return { stage: 'TEXT_MATCH', index, text, prefix };
  const message =
    'error processing query: failed to use text index to satisfy $text query (if text index is compound, are equality predicates given for all prefix fields?)';
  throw new CommandError('NoQueryExecutionPlans', message);
}

function nearAccess(collection: Collection, near: Near, { conditions }: FilterParts, collation: Collation): AccessPath {
  const found = collection.indexes
    .filter((index) => index instanceof GeoIndex)
    .filter((index) => index.path === near.path && coversMatches(index.definition, conditions))
    .map((index) => ({ index, others: otherFieldsOf(index, conditions, collation) }))
    .sort((a, b) => narrowness(b) - narrowness(a))[0];
  if (found !== undefined) return { stage: 'GEO_NEAR_2DSPHERE', near, ...found };
  const message = `error processing query: ns=${collection.namespace}: unable to find index for $geoNear query`;
  throw new CommandError('NoQueryExecutionPlans', message);
}
