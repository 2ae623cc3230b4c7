import { CommandError } from '../commands/command-error.js';
import { takeApart } from '../query/filter-parts.js';
import { QUERY_DEFAULTS, runQuery, type QueryResult, type QuerySpec } from '../query/run-query.js';
import { parseSort } from '../query/sort-spec.js';
import type { Collection } from '../storage/collection.js';
import { isDoc, omit, readPlain, type Doc } from '../values/document.js';
import { setAt, valueAt } from '../values/paths.js';
import { parseGeoNear } from './geo-near.js';
import { runPipeline, type PipelineOptions } from './mingo-pipeline.js';

/** Where a text score waits for `{ $meta: 'textScore' }` inside a pipeline. */
const SCORE_FIELD = '__textScore';

export interface Aggregation {
  readonly collection: Collection | undefined;
  readonly stages: readonly Doc[];
  readonly options: PipelineOptions;
  readonly hint: unknown;
}

/** What leading stages the indexes can answer, and what is left for mingo. */
export interface SplitPipeline {
  readonly query: QuerySpec;
  readonly rest: readonly Doc[];
  readonly geoNear: ReturnType<typeof parseGeoNear> | undefined;
}

/** Runs a pipeline: a leading `$match`, `$sort`, `$skip` and `$limit`, or `$geoNear`, through the indexes, the rest through mingo. */
export function aggregateCollection(aggregation: Aggregation): Doc[] {
  const { collection, options } = aggregation;
  const { query, rest, geoNear } = splitPipeline(aggregation);
  const counted = countOnly(rest);
  const result = runQuery(collection, query, options.watch);
  if (counted !== undefined) return result.records.length === 0 ? [] : [{ ...counted, n: result.records.length }];
  const scored = result.scores !== undefined && mentionsScore(rest);
  const addsBelowTop = `${geoNear?.distanceField}${geoNear?.includeLocs ?? ''}`.includes('.');
  const documents = result.records.map((record) => {
    if (geoNear === undefined && !scored) return record.view;
    // A stored view is never changed: what is added to it at the top is added to a copy of the top.
    const doc = addsBelowTop ? readPlain(record.bytes) : { ...record.view };
    if (scored) doc[SCORE_FIELD] = result.scores.get(record.rid) ?? 0;
    if (geoNear !== undefined) addDistance(doc, record.rid, result, geoNear);
    return doc;
  });
  if (rest.length === 0) return documents;
  if (!scored) return runPipeline(documents, rest, options);
  const output = runPipeline(documents, rest.map(withScoreField) as Doc[], options);
  return output.map((doc) => omit(doc, SCORE_FIELD));
}

/** Takes the leading stages that a query can do out of a pipeline. */
export function splitPipeline({ collection, stages, options, hint }: Aggregation): SplitPipeline {
  refuseUnsupported(stages);
  let query: QuerySpec = { ...QUERY_DEFAULTS, collation: options.collation, variables: options.variables, hint };
  let taken = 0;
  let geoNear: SplitPipeline['geoNear'];
  for (const stage of stages) {
    const [name, operand] = Object.entries(stage)[0] ?? ['', undefined];
    if (name === '$geoNear') {
      if (taken > 0) throw new CommandError('BadValue', '$geoNear is only valid as the first stage in a pipeline.');
      geoNear = parseGeoNear(operand, collection);
      query = { ...query, filter: geoNear.query, near: geoNear.near };
    } else if (name === '$match' && isDoc(operand) && taken === 0) {
      query = { ...query, filter: operand };
    } else if (
      name === '$sort' &&
      isDoc(operand) &&
      geoNear === undefined &&
      query.sort.length + query.skip + query.limit === 0 &&
      !('$meta' in operand)
    ) {
      query = { ...query, sort: parseSort(operand) };
    } else if (name === '$skip' && typeof operand === 'number' && query.skip + query.limit === 0) {
      query = { ...query, skip: operand };
    } else if (name === '$limit' && typeof operand === 'number' && operand > 0 && query.limit === 0) {
      query = { ...query, limit: operand };
    } else {
      break;
    }
    taken += 1;
  }
  return { query, rest: stages.slice(taken), geoNear };
}

function refuseUnsupported(stages: readonly Doc[]): void {
  for (const stage of stages) {
    const [name] = Object.keys(stage);
    const match = stage['$match'];
    if (isDoc(match) && takeApart(match).near !== undefined) {
      const message =
        '$geoNear, $near, and $nearSphere are not allowed in this context, as these operators require sorting geospatial data. If you do not need sort, consider using $geoWithin instead.';
      throw new CommandError('NearNotAllowed', message);
    }
    if (name === '$changeStream')
      throw new CommandError('ChangeStreamUnsupported', 'The $changeStream stage is only supported on replica sets');
  }
}

/** `{ $group: { _id: <constant>, n: { $sum: 1 } } }`, which is how drivers count: the answer without its `n`. */
function countOnly(rest: readonly Doc[]): Doc | undefined {
  const group = rest.length === 1 ? rest[0]?.['$group'] : undefined;
  if (!isDoc(group) || Object.keys(group).join() !== '_id,n') return undefined;
  const [id, n] = [group['_id'], group['n']];
  return typeof id === 'number' && isDoc(n) && Object.keys(n).length === 1 && n['$sum'] === 1 ? { _id: id } : undefined;
}

function addDistance(
  doc: Doc,
  rid: number,
  { distances }: QueryResult,
  geoNear: NonNullable<SplitPipeline['geoNear']>,
): void {
  setAt(doc, geoNear.distanceField, (distances?.get(rid) ?? 0) * geoNear.multiplier);
  if (geoNear.includeLocs !== undefined) setAt(doc, geoNear.includeLocs, valueAt(doc, geoNear.near.path));
}

function mentionsScore(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mentionsScore);
  if (!isDoc(value)) return false;
  return value['$meta'] === 'textScore' || Object.values(value).some(mentionsScore);
}

/** Puts the hidden field in the place of `{ $meta: 'textScore' }`; in a `$sort` it becomes a descending key. */
function withScoreField(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withScoreField);
  if (!isDoc(value)) return value;
  if (value['$meta'] === 'textScore') return `$${SCORE_FIELD}`;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    if (key !== '$sort' || !isDoc(item)) return [key, withScoreField(item)];
    return [
      key,
      Object.fromEntries(Object.entries(item).map(([path, way]) => (isDoc(way) ? [SCORE_FIELD, -1] : [path, way]))),
    ];
  });
  return Object.fromEntries(entries);
}
