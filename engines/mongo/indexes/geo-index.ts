import { CommandError } from '../commands/command-error.js';
import { boundingBox, parseGeometry, solePosition } from '../geo/geometry.js';
import type { Geometry } from '../geo/geometry.js';
import type { Box } from '../geo/sphere.js';
import { show, type Doc } from '../values/document.js';
import { descending, keyString, TYPE } from '../values/key-string.js';
import { EMPTY_ARRAY, valueAt, valuesAt } from '../values/paths.js';
import { CellGrid, cellsOf } from './cell-grid.js';
import type { Located } from './cell-grid.js';
import { partialTest, type Index, type IndexEntry } from './index-contract.js';
import type { IndexDefinition } from './index-definition.js';

/** What a query leaves of the other fields of a compound index, in the order of the pattern. */
export interface OtherFields {
  /** Keys of the fields before the geographic one, if the query binds all of them to values: where to look. */
  readonly prefixes: readonly string[] | undefined;
  /** A test of a field's key for each field after the geographic one; `undefined` where the query says nothing. */
  readonly after: readonly (((key: string) => boolean) | undefined)[];
}

/**
 * A 2dsphere index: a grid of latitude and longitude cells, one for each combination of the fields before the geographic
 * one. The keys of the fields after it are kept with each document, so that a query can pass over documents unread.
 */
export class GeoIndex implements Index {
  readonly definition: IndexDefinition;
  /** The geographic field. */
  readonly path: string;
  readonly before: IndexDefinition['fields'];
  readonly after: IndexDefinition['fields'];
  /** Nothing is narrowed twice by bounds on this index, so that no path has to be known as multikey. */
  readonly multikeyPaths: ReadonlySet<string> = new Set();
  /** True once some document lies in several cells, or under several prefixes. */
  repeats = false;
  readonly #grids = new Map<string, CellGrid>();
  readonly #covers: (doc: Doc) => boolean;

  constructor(definition: IndexDefinition) {
    this.definition = definition;
    const { fields } = definition;
    const at = fields.findIndex(({ direction }) => direction === '2dsphere');
    this.path = fields[at]?.path ?? '';
    this.before = fields.slice(0, at);
    this.after = fields.slice(at + 1);
    this.#covers = partialTest(definition);
  }

  entryFor(doc: Doc): IndexEntry {
    const value = valueAt(doc, this.path);
    // 2dsphere indexes are sparse by nature.
    if (value === undefined || value === null || !this.#covers(doc))
      return { kind: '2dsphere', geometry: undefined, cells: [], prefixes: [], after: [] };
    const geometry = parseGeometry(value);
    if (geometry === undefined) {
      throw new CommandError(
        'CannotExtractGeoKeys',
        `Can't extract geo keys: ${show(doc)}  expected GeoJSON with [longitude, latitude] in range, got ${show(value)}`,
      );
    }
    const cells = cellsOf(boundingBox(geometry), solePosition(geometry));
    let prefixes = [''];
    for (const { path } of this.before)
      prefixes = prefixes.flatMap((prefix) => this.#keys(doc, path).map((key) => prefix + key));
    return { kind: '2dsphere', geometry, cells, prefixes, after: this.after.map(({ path }) => this.#keys(doc, path)) };
  }

  add(rid: number, entry: IndexEntry): void {
    if (entry.kind !== '2dsphere' || entry.geometry === undefined) return;
    const located = { geometry: entry.geometry, keys: entry.after };
    this.repeats ||= entry.cells.length * entry.prefixes.length > 1;
    for (const prefix of entry.prefixes) {
      const grid = this.#grids.get(prefix) ?? new CellGrid();
      this.#grids.set(prefix, grid);
      for (const cell of entry.cells) grid.add(cell, rid, located);
    }
  }

  remove(rid: number, entry: IndexEntry): void {
    if (entry.kind !== '2dsphere') return;
    for (const prefix of entry.prefixes) {
      const grid = this.#grids.get(prefix);
      for (const cell of entry.cells) grid?.delete(cell, rid);
      if (grid?.isEmpty === true) this.#grids.delete(prefix);
    }
  }

  /** The encoding of a value of one of the other fields. */
  encode(value: unknown, inverted: boolean): string {
    const key = value === EMPTY_ARRAY ? TYPE.emptyArray : keyString(value);
    return inverted ? descending(key) : key;
  }

  /**
   * Visits every document that may lie in a box and whose other fields pass; one that lies in several cells may come several times.
   * @returns how many keys it has looked at
   */
  visit(box: Box, { prefixes, after }: OtherFields, visitor: (rid: number, geometry: Geometry) => void): number {
    const grids =
      prefixes === undefined ? this.#grids.values() : prefixes.flatMap((prefix) => this.#grids.get(prefix) ?? []);
    const passes = (test: OtherFields['after'][number], position: number, keys: Located['keys']): boolean =>
      test === undefined || keys[position]?.some(test) === true;
    let examined = 0;
    for (const grid of grids) {
      grid.visit(box, ({ geometry, keys }, rid) => {
        examined += 1;
        if (after.every((test, position) => passes(test, position, keys))) visitor(rid, geometry);
      });
    }
    return examined;
  }

  #keys(doc: Doc, path: string): string[] {
    return [...new Set(valuesAt(doc, path).values.map((value) => this.encode(value, false)))];
  }
}
