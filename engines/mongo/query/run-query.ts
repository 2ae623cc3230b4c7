import { distanceToGeometry } from '../geo/shape-predicates.js';
import { boxAround, EARTH_RADIUS_M } from '../geo/sphere.js';
import type { Collection } from '../storage/collection.js';
import type { StoredRecord } from '../storage/stored-record.js';
import type { Collation } from '../values/collation.js';
import type { Doc } from '../values/document.js';
import { chooseAccess, type AccessPath } from './access-path.js';
import { takeApart, type Near } from './filter-parts.js';
import { matcher } from './matcher.js';
import { sortRecords, type SortField } from './sort-spec.js';

/** A query on one collection; the filter is plain. */
export interface QuerySpec {
  readonly filter: Doc;
  readonly sort: readonly SortField[];
  readonly skip: number;
  /** 0 for no limit. */
  readonly limit: number;
  readonly collation: Collation;
  readonly hint: unknown;
  /** What `let` defines, for `$expr`. */
  readonly variables?: Doc | undefined;
  /** Distances to go by, where they do not come from the filter. */
  readonly near?: Near;
}

/** What a query that says nothing means. */
export const QUERY_DEFAULTS = {
  filter: {},
  sort: [],
  skip: 0,
  limit: 0,
  collation: 'binary',
  hint: undefined,
} as const;

export interface QueryResult {
  readonly records: readonly StoredRecord[];
  /** How the candidates were found; `undefined` where there is no collection. */
  readonly access: AccessPath | undefined;
  /** True when the order had to be made, and did not come from an index. */
  readonly sortedInMemory: boolean;
  readonly keysExamined: number;
  readonly docsExamined: number;
  /** Scores of `$text`, by record number. */
  readonly scores: ReadonlyMap<number, number> | undefined;
  /** Metres from the centre of `$near`, by record number. */
  readonly distances: ReadonlyMap<number, number> | undefined;
}

/** Watches a query as it runs. */
export interface QueryWatch {
  /** Called for each candidate; throws to end the query. */
  tick(): void;
  ran(result: QueryResult): void;
}

/** Finds the records that match, in order. */
export function runQuery(collection: Collection | undefined, spec: QuerySpec, watch?: QueryWatch): QueryResult {
  const result = found(collection, spec, watch);
  watch?.ran(result);
  return result;
}

function found(collection: Collection | undefined, spec: QuerySpec, watch: QueryWatch | undefined): QueryResult {
  const apart = takeApart(spec.filter);
  const parts = spec.near === undefined ? apart : { ...apart, near: spec.near };
  const nothing = { keysExamined: 0, docsExamined: 0, scores: undefined, distances: undefined };
  if (collection === undefined) {
    // A bad filter is an error also where there is nothing to find.
    matcher(parts.residual, spec.collation, spec.variables);
    return { ...nothing, records: [], access: undefined, sortedInMemory: false };
  }

  const access = chooseAccess(collection, parts, spec);
  const examined = new Candidates(collection);
  const ordered = spec.sort.length === 0 || (access.stage === 'IXSCAN' && access.sorted);
  const enough = ordered && spec.limit > 0 ? spec.skip + spec.limit : Infinity;
  const records: StoredRecord[] = [];
  const matches =
    access.stage === 'IDHACK' && access.alone ? () => true : matcher(parts.residual, spec.collation, spec.variables);
  for (const record of examined.of(access)) {
    watch?.tick();
    if (!matches(record.view)) continue;
    records.push(record);
    if (records.length >= enough) break;
  }
  const inOrder = ordered ? records : sortRecords(records, spec.sort, spec.collation, examined.scores);
  const end = spec.limit > 0 ? spec.skip + spec.limit : undefined;
  return {
    records: spec.skip === 0 && end === undefined ? inOrder : inOrder.slice(spec.skip, end),
    access,
    sortedInMemory: !ordered,
    keysExamined: examined.keys,
    docsExamined: examined.docs,
    scores: examined.scores,
    distances: examined.distances,
  };
}

/**
 * Rings around the centre of `$near`: the first reaches this far, each next one twice as far. Where there is much, the nearest are
 * near; where there is little, looking again costs little.
 */
const FIRST_RING_M = 250;
const HALF_WAY_ROUND_M = Math.PI * EARTH_RADIUS_M;

/** Walks an access path, counting what it touches. */
class Candidates {
  keys = 0;
  docs = 0;
  scores: ReadonlyMap<number, number> | undefined;
  distances: Map<number, number> | undefined;
  readonly #collection: Collection;

  constructor(collection: Collection) {
    this.#collection = collection;
  }

  *of(access: AccessPath): Generator<StoredRecord> {
    switch (access.stage) {
      case 'COLLSCAN':
        for (const record of this.#collection.records.values()) {
          this.docs += 1;
          yield record;
        }
        break;
      case 'IDHACK': {
        const record = this.#collection.byId(access.id);
        if (record === undefined) break;
        this.keys += 1;
        this.docs += 1;
        yield record;
        break;
      }
      case 'IXSCAN':
        yield* this.#fetch(this.#scan(access), access.index.multikeyPaths.size > 0);
        break;
      case 'OR': {
        const seen = new Set<number>();
        for (const branch of access.branches) {
          for (const record of this.of(branch)) {
            if (seen.has(record.rid)) continue;
            seen.add(record.rid);
            yield record;
          }
        }
        break;
      }
      case 'GEO_BOX':
        yield* this.#fetch(this.#within(access), access.index.repeats);
        break;
      case 'GEO_NEAR_2DSPHERE':
        yield* this.#near(access);
        break;
      case 'TEXT_MATCH': {
        const scores = access.index.search(
          access.text,
          access.prefix,
          (rid) => this.#collection.records.get(rid)?.view,
        );
        this.scores = scores;
        this.keys += scores.size;
        yield* this.#fetch(scores.keys(), false);
        break;
      }
    }
  }

  *#fetch(rids: Iterable<number>, repeats: boolean): Generator<StoredRecord> {
    const seen = repeats ? new Set<number>() : undefined;
    for (const rid of rids) {
      if (seen?.has(rid) === true) continue;
      seen?.add(rid);
      const record = this.#collection.records.get(rid);
      if (record === undefined) continue;
      this.docs += 1;
      yield record;
    }
  }

  *#near({ index, near, others }: Extract<AccessPath, { stage: 'GEO_NEAR_2DSPHERE' }>): Generator<StoredRecord> {
    const { centre, minDistance, maxDistance } = near;
    const distances = (this.distances = new Map<number, number>());
    const furthest = Math.min(maxDistance, HALF_WAY_ROUND_M);
    let inner = -1;
    for (let outer = Math.min(Math.max(FIRST_RING_M, minDistance), furthest); ; outer = Math.min(outer * 2, furthest)) {
      const ring = new Map<number, number>();
      const [beyond, upTo] = [inner, outer];
      this.keys += index.visit(boxAround(centre, outer), others, (rid, geometry) => {
        const away = distanceToGeometry(centre, geometry);
        if (away > beyond && away <= upTo && away >= minDistance) ring.set(rid, away);
      });
      for (const [rid, away] of [...ring].sort(([, a], [, b]) => a - b)) {
        const record = this.#collection.records.get(rid);
        if (record === undefined) continue;
        this.docs += 1;
        distances.set(rid, away);
        yield record;
      }
      if (outer >= furthest) return;
      inner = outer;
    }
  }

  #within({ index, box, others }: Extract<AccessPath, { stage: 'GEO_BOX' }>): readonly number[] {
    const rids: number[] = [];
    this.keys += index.visit(box, others, (rid) => rids.push(rid));
    return rids;
  }

  *#scan({ index, bounds, reverse }: Extract<AccessPath, { stage: 'IXSCAN' }>): Generator<number> {
    const intervals = reverse ? [...bounds.intervals].reverse() : bounds.intervals;
    for (const interval of intervals) {
      for (const rid of index.scan(interval, reverse)) {
        this.keys += 1;
        yield rid;
      }
    }
  }
}
