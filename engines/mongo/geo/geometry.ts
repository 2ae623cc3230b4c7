import { CommandError } from '../commands/command-error.js';
import { isDoc, show } from '../values/document.js';
import { ringHolds, WHOLE_EARTH, type Box, type Position } from './sphere.js';

/** The shapes that this engine stores and asks about. */
export type Geometry =
  | { readonly type: 'Point'; readonly at: Position }
  | { readonly type: 'Polygons'; readonly polygons: readonly (readonly (readonly Position[])[])[] };

/** Reads GeoJSON Point, Polygon and MultiPolygon, and legacy `[lng, lat]` pairs; `undefined` for anything else. */
export function parseGeometry(value: unknown): Geometry | undefined {
  if (Array.isArray(value)) {
    const at = parsePosition(value);
    return at === undefined ? undefined : { type: 'Point', at };
  }
  if (!isDoc(value)) return undefined;
  const coordinates = value['coordinates'];
  switch (value['type']) {
    case 'Point':
      return Array.isArray(coordinates) ? parseGeometry(coordinates) : undefined;
    case 'Polygon':
      return parsePolygons([coordinates]);
    case 'MultiPolygon':
      return parsePolygons(coordinates);
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
    `${operator}: expected a GeoJSON Point, Polygon or MultiPolygon with [longitude, latitude] in range, got ${show(value)}`,
  );
}

/** The single position of a Point. */
export function requirePosition(value: unknown, operator: string): Position {
  const geometry = requireGeometry(value, operator);
  if (geometry.type === 'Point') return geometry.at;
  throw new CommandError('BadValue', `${operator}: expected a Point, got ${show(value)}`);
}

/** Whether polygons hold a position: inside an outer ring and in none of its holes. */
export function polygonsHold(polygons: readonly (readonly (readonly Position[])[])[], at: Position): boolean {
  return polygons.some(
    ([outer, ...holes]) => outer !== undefined && ringHolds(outer, at) && !holes.some((hole) => ringHolds(hole, at)),
  );
}

/**
 * A box that holds a geometry. Great circles bulge poleward between their corners, by less than a thousandth of a degree
 * for an edge of 20 km; the margin covers edges up to some 5 degrees, and anything larger gets the whole Earth.
 */
export function boundingBox(geometry: Geometry): Box {
  const positions = geometry.type === 'Point' ? [geometry.at] : geometry.polygons.flat(2);
  const lngs = positions.map(([lng]) => lng);
  const lats = positions.map(([, lat]) => lat);
  const margin = geometry.type === 'Point' ? 0 : 0.2;
  const [west, east] = [Math.min(...lngs) - margin, Math.max(...lngs) + margin];
  const [south, north] = [Math.min(...lats) - margin, Math.max(...lats) + margin];
  const small = east - west < 5 && north - south < 5 && Math.max(Math.abs(north), Math.abs(south)) < 85;
  return geometry.type === 'Point' || (small && west >= -180 && east <= 180)
    ? { south, north, west, east }
    : WHOLE_EARTH;
}

function parsePolygons(coordinates: unknown): Geometry | undefined {
  if (!Array.isArray(coordinates)) return undefined;
  const polygons: Position[][][] = [];
  for (const rings of coordinates as unknown[]) {
    if (!Array.isArray(rings) || rings.length === 0) return undefined;
    const parsed = rings.map(parseRing);
    if (!parsed.every((ring) => ring !== undefined)) return undefined;
    polygons.push(parsed);
  }
  return { type: 'Polygons', polygons };
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
