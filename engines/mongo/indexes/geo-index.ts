import { CommandError } from '../commands/command-error.js';
import { parseGeometry } from '../geo/geometry.js';
import type { Box, Position } from '../geo/sphere.js';
import { show, type Doc } from '../values/document.js';
import { valueAt } from '../values/paths.js';
import { partialTest, type Index, type IndexEntry } from './index-contract.js';
import type { IndexDefinition } from './index-definition.js';

/** Cells are 1/32 of a degree: 3.5 km from south to north. */
const CELLS_PER_DEGREE = 32;
const COLUMNS = 360 * CELLS_PER_DEGREE;

/** Documents whose geometry is not a point are candidates everywhere; a lab has few of them. */
const EVERYWHERE = -1;

/**
 * A 2dsphere index: a grid of latitude and longitude cells. Other fields of a compound index are left to the residual
 * predicate, which sees only the documents of the cells that a query touches.
 */
export class GeoIndex implements Index {
  readonly definition: IndexDefinition;
  /** The geographic field. */
  readonly path: string;
  readonly #cells = new Map<number, Set<number>>();
  readonly #covers: (doc: Doc) => boolean;

  constructor(definition: IndexDefinition) {
    this.definition = definition;
    this.path = definition.fields.find(({ direction }) => direction === '2dsphere')?.path ?? '';
    this.#covers = partialTest(definition);
  }

  entryFor(doc: Doc): IndexEntry {
    const value = valueAt(doc, this.path);
    // 2dsphere indexes are sparse by nature.
    if (value === undefined || value === null || !this.#covers(doc)) return { kind: '2dsphere', cells: [] };
    const geometry = parseGeometry(value);
    if (geometry === undefined) {
      throw new CommandError(
        'CannotExtractGeoKeys',
        `Can't extract geo keys: ${show(doc)}  expected GeoJSON with [longitude, latitude] in range, got ${show(value)}`,
      );
    }
    return { kind: '2dsphere', cells: [geometry.type === 'Point' ? cellOf(geometry.at) : EVERYWHERE] };
  }

  add(rid: number, entry: IndexEntry): void {
    if (entry.kind !== '2dsphere') return;
    for (const cell of entry.cells) {
      const known = this.#cells.get(cell);
      if (known === undefined) this.#cells.set(cell, new Set([rid]));
      else known.add(rid);
    }
  }

  remove(rid: number, entry: IndexEntry): void {
    if (entry.kind !== '2dsphere') return;
    for (const cell of entry.cells) {
      const known = this.#cells.get(cell);
      known?.delete(rid);
      if (known?.size === 0) this.#cells.delete(cell);
    }
  }

  /** Every document that may lie in a box. */
  *within(box: Box): Generator<number> {
    yield* this.#cells.get(EVERYWHERE) ?? [];
    const [south, north] = [rowOf(box.south), rowOf(box.north)];
    const [west, east] = [columnOf(box.west), columnOf(box.east)];
    const width = east >= west ? east - west + 1 : COLUMNS - west + east + 1;
    if (width * (north - south + 1) > this.#cells.size) {
      // Fewer cells are occupied than the box has: look through those.
      for (const [cell, rids] of this.#cells) {
        const [row, column] = [Math.floor(cell / COLUMNS), cell % COLUMNS];
        const inColumns = east >= west ? column >= west && column <= east : column >= west || column <= east;
        if (cell !== EVERYWHERE && row >= south && row <= north && inColumns) yield* rids;
      }
      return;
    }
    for (let row = south; row <= north; row += 1) {
      for (let step = 0; step < width; step += 1)
        yield* this.#cells.get(row * COLUMNS + ((west + step) % COLUMNS)) ?? [];
    }
  }
}

function cellOf([lng, lat]: Position): number {
  return rowOf(lat) * COLUMNS + columnOf(lng);
}

function rowOf(lat: number): number {
  return Math.floor((lat + 90) * CELLS_PER_DEGREE);
}

function columnOf(lng: number): number {
  return Math.min(Math.floor((lng + 180) * CELLS_PER_DEGREE), COLUMNS - 1);
}
