import { CommandError } from '../commands/command-error.js';
import { isDoc, show } from '../values/document.js';
import type { Arc } from './arcs.js';
import { ringHolds, WHOLE_EARTH, type Box, type Position } from './sphere.js';

type Ring = readonly Position[];
/** An outer ring and its holes; rings are not closed: the last position is not the first. */
export type Polygon = readonly Ring[];

/** A shape, whatever its GeoJSON type: the points, lines and polygons that it is made of. */
export interface Geometry {
  readonly points: readonly Position[];
  readonly lines: readonly (readonly Position[])[];
  readonly polygons: readonly Polygon[];
}

/** Reads GeoJSON of any type, and legacy `[lng, lat]` pairs; `undefined` for anything else. */
export function parseGeometry(value: unknown): Geometry | undefined {
  if (Array.isArray(value)) return shape({ points: [parsePosition(value)] });
  if (!isDoc(value)) return undefined;
  const coordinates = value['coordinates'];
  switch (value['type']) {
    case 'Point':
      return shape({ points: [parsePosition(coordinates)] });
    case 'MultiPoint':
      return shape({ points: each(coordinates, parsePosition) });
    case 'LineString':
      return shape({ lines: [parseLine(coordinates)] });
    case 'MultiLineString':
      return shape({ lines: each(coordinates, parseLine) });
    case 'Polygon':
      return shape({ polygons: [parsePolygon(coordinates)] });
    case 'MultiPolygon':
      return shape({ polygons: each(coordinates, parsePolygon) });
    case 'GeometryCollection':
      return collected(each(value['geometries'], parseGeometry));
    default: {
      const [lng, lat] = Object.values(value);
      return 'type' in value ? undefined : parseGeometry([lng, lat]);
    }
  }
}

/** `parseGeometry` for a query, where anything else is an error. */
export function requireGeometry(value: unknown, operator: string): Geometry {
  const geometry = parseGeometry(value);
  if (geometry !== undefined) return geometry;
  throw new CommandError(
    'BadValue',
    `${operator}: expected GeoJSON with [longitude, latitude] in range, got ${show(value)}`,
  );
}

/** The single position of a Point. */
export function requirePosition(value: unknown, operator: string): Position {
  const at = solePosition(requireGeometry(value, operator));
  if (at !== undefined) return at;
  throw new CommandError('BadValue', `${operator}: expected a Point, got ${show(value)}`);
}

/** The position of a geometry that is one point; `undefined` for any other. */
export function solePosition({ points, lines, polygons }: Geometry): Position | undefined {
  return points.length === 1 && lines.length === 0 && polygons.length === 0 ? points[0] : undefined;
}

/** Every position that a geometry names. */
export function positionsOf({ points, lines, polygons }: Geometry): Position[] {
  return [...points, ...lines.flat(), ...polygons.flat(2)];
}

/** The lines of a geometry and the edges of its polygons, arc by arc. */
export function arcsOf({ lines, polygons }: Geometry): Arc[] {
  const between = (path: readonly Position[]) => path.slice(1).map((to, index): Arc => [path[index] ?? to, to]);
  const rings = polygons.flat().map((ring) => [...ring, ...ring.slice(0, 1)]);
  return [...lines, ...rings].flatMap(between);
}

/** Whether polygons hold a position: inside an outer ring and in none of its holes. */
export function polygonsHold(polygons: readonly Polygon[], at: Position): boolean {
  return polygons.some(
    ([outer, ...holes]) => outer !== undefined && ringHolds(outer, at) && !holes.some((hole) => ringHolds(hole, at)),
  );
}

/**
 * A box that holds a geometry. Great circles bulge poleward between their corners, by less than a thousandth of a degree
 * for an edge of 20 km; the margin covers edges up to some 5 degrees, and anything larger gets the whole Earth.
 */
export function boundingBox(geometry: Geometry): Box {
  const at = solePosition(geometry);
  if (at !== undefined) return { south: at[1], north: at[1], west: at[0], east: at[0] };
  const positions = positionsOf(geometry);
  const lngs = positions.map(([lng]) => lng);
  const lats = positions.map(([, lat]) => lat);
  const [west, east] = [Math.min(...lngs) - MARGIN, Math.max(...lngs) + MARGIN];
  const [south, north] = [Math.min(...lats) - MARGIN, Math.max(...lats) + MARGIN];
  const small = east - west < 5 && north - south < 5 && Math.max(Math.abs(north), Math.abs(south)) < 85;
  return small && west >= -180 && east <= 180 ? { south, north, west, east } : WHOLE_EARTH;
}

const MARGIN = 0.2;

function shape(parts: {
  readonly points?: readonly (Position | undefined)[] | undefined;
  readonly lines?: readonly (readonly Position[] | undefined)[] | undefined;
  readonly polygons?: readonly (Polygon | undefined)[] | undefined;
}): Geometry | undefined {
  const { points = [], lines = [], polygons = [] } = parts;
  const whole = { points: complete(points), lines: complete(lines), polygons: complete(polygons) };
  const { points: p, lines: l, polygons: g } = whole;
  if (p === undefined || l === undefined || g === undefined || p.length + l.length + g.length === 0) return undefined;
  return { points: p, lines: l, polygons: g };
}

function complete<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  return items.every((item) => item !== undefined) ? items : undefined;
}

function collected(parts: readonly (Geometry | undefined)[] | undefined): Geometry | undefined {
  const all = parts === undefined ? undefined : complete(parts);
  return all === undefined
    ? undefined
    : shape({
        points: all.flatMap(({ points }) => points),
        lines: all.flatMap(({ lines }) => lines),
        polygons: all.flatMap(({ polygons }) => polygons),
      });
}

/** Every item of an array, read; one `undefined` where it is no array. */
function each<T>(value: unknown, read: (item: unknown) => T | undefined): (T | undefined)[] {
  return Array.isArray(value) ? value.map((item: unknown) => read(item)) : [undefined];
}

function parseLine(coordinates: unknown): readonly Position[] | undefined {
  const positions = complete(each(coordinates, parsePosition));
  return positions !== undefined && positions.length >= 2 ? positions : undefined;
}

function parsePolygon(coordinates: unknown): Polygon | undefined {
  const rings = complete(each(coordinates, parseRing));
  return rings !== undefined && rings.length > 0 ? rings : undefined;
}

function parseRing(ring: unknown): Position[] | undefined {
  if (!Array.isArray(ring)) return undefined;
  const positions = ring.map(parsePosition);
  if (positions.length < 4 || !positions.every((position) => position !== undefined)) return undefined;
  const [first, last] = [positions[0], positions.at(-1)];
  const closed = first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1];
  return closed ? positions.slice(0, -1) : undefined;
}

function parsePosition(value: unknown): Position | undefined {
  if (!Array.isArray(value)) return undefined;
  const [lng, lat] = value as unknown[];
  if (typeof lng !== 'number' || typeof lat !== 'number') return undefined;
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? [lng, lat] : undefined;
}
