import type { Geometry } from '../geo/geometry.js';
import type { Box, Position } from '../geo/sphere.js';

/** Cells are 1/128 of a degree: 870 m from south to north. */
const CELLS_PER_DEGREE = 128;
const COLUMNS = 360 * CELLS_PER_DEGREE;

/** The cell of shapes that would cover too many: they are candidates everywhere. */
const EVERYWHERE = -1;
const MOST_CELLS = 1600;

/** What is kept with a record's number, so that a search can pass over records unread. */
export interface Located {
  readonly geometry: Geometry;
  /** The keys of the document's other fields, a list for each field. */
  readonly keys: readonly (readonly string[])[];
}

/** The cells that a shape may lie in. */
export function cellsOf(box: Box, point: Position | undefined): number[] {
  if (point !== undefined) return [rowOf(point[1]) * COLUMNS + columnOf(point[0])];
  const { south, north, west, width } = extent(box);
  if (width * (north - south + 1) > MOST_CELLS) return [EVERYWHERE];
  const cells: number[] = [];
  for (let row = south; row <= north; row += 1)
    for (let step = 0; step < width; step += 1) cells.push(row * COLUMNS + ((west + step) % COLUMNS));
  return cells;
}

/** Record numbers by the cell of the globe that they lie in. */
export class CellGrid {
  readonly #cells = new Map<number, Map<number, Located>>();

  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  add(cell: number, rid: number, located: Located): void {
    const known = this.#cells.get(cell);
    if (known === undefined) this.#cells.set(cell, new Map([[rid, located]]));
    else known.set(rid, located);
  }

  delete(cell: number, rid: number): void {
    const known = this.#cells.get(cell);
    known?.delete(rid);
    if (known?.size === 0) this.#cells.delete(cell);
  }

  /** Visits what may lie in a box: a call each costs a fraction of what a generator's step does, and there are hundreds. */
  visit(box: Box, visitor: (located: Located, rid: number) => void): void {
    this.#cells.get(EVERYWHERE)?.forEach(visitor);
    const { south, north, west, east, width } = extent(box);
    if (width * (north - south + 1) > this.#cells.size) {
      // Fewer cells are occupied than the box has: look through those.
      for (const [cell, rids] of this.#cells) {
        const [row, column] = [Math.floor(cell / COLUMNS), cell % COLUMNS];
        const inColumns = east >= west ? column >= west && column <= east : column >= west || column <= east;
        if (cell !== EVERYWHERE && row >= south && row <= north && inColumns) rids.forEach(visitor);
      }
      return;
    }
    for (let row = south; row <= north; row += 1)
      for (let step = 0; step < width; step += 1)
        this.#cells.get(row * COLUMNS + ((west + step) % COLUMNS))?.forEach(visitor);
  }
}

function extent(box: Box) {
  const [south, north] = [rowOf(box.south), rowOf(box.north)];
  const [west, east] = [columnOf(box.west), columnOf(box.east)];
  return { south, north, west, east, width: east >= west ? east - west + 1 : COLUMNS - west + east + 1 };
}

function rowOf(lat: number): number {
  return Math.floor((lat + 90) * CELLS_PER_DEGREE);
}

function columnOf(lng: number): number {
  return Math.min(Math.floor((lng + 180) * CELLS_PER_DEGREE), COLUMNS - 1);
}
