import { CommandError } from '../commands/command-error.js';
import { isDoc, show, type Doc } from '../values/document.js';
import { boundingBox, parseGeometry, polygonsHold, requireGeometry, type Geometry } from './geometry.js';
import { boxAround, distance, EARTH_RADIUS_M, type Box, type Position } from './sphere.js';

/** A parsed `$geoWithin` or `$geoIntersects`: a test of a stored value, and a box outside which it cannot hold. */
export interface ShapePredicate {
  readonly box: Box;
  readonly test: (stored: unknown) => boolean;
}

/** Parses the operand of `$geoWithin`: `$geometry`, `$centerSphere` (radius in radians), `$center`, `$box` or `$polygon`. */
export function parseGeoWithin(operand: unknown): ShapePredicate {
  if (!isDoc(operand)) throw new CommandError('BadValue', `$geoWithin: expected a shape, got ${show(operand)}`);
  const { box, holds } = parseArea(operand);
  return {
    box,
    test: (stored) => {
      const geometry = parseGeometry(stored);
      if (geometry === undefined) return false;
      return geometry.type === 'Point' ? holds(geometry.at) : geometry.polygons.flat(2).every(holds);
    },
  };
}

/** Parses the operand of `$geoIntersects`. One of the two sides has to be a point. */
export function parseGeoIntersects(operand: unknown): ShapePredicate {
  const asked = requireGeometry(isDoc(operand) ? operand['$geometry'] : operand, '$geoIntersects');
  return {
    box: boundingBox(asked),
    test: (stored) => {
      const geometry = parseGeometry(stored);
      return geometry !== undefined && intersect(geometry, asked);
    },
  };
}

function intersect(a: Geometry, b: Geometry): boolean {
  if (a.type === 'Point' && b.type === 'Point') return distance(a.at, b.at) === 0;
  if (a.type === 'Point' && b.type === 'Polygons') return polygonsHold(b.polygons, a.at);
  if (a.type === 'Polygons' && b.type === 'Point') return polygonsHold(a.polygons, b.at);
  throw new CommandError(
    'BadValue',
    '$geoIntersects between two polygons is not supported by the embedded engine: one side has to be a Point',
  );
}

function parseArea(operand: Doc): { box: Box; holds: (at: Position) => boolean } {
  const [name, value] = Object.entries(operand)[0] ?? ['', undefined];
  switch (name) {
    case '$geometry': {
      const geometry = requireGeometry(value, '$geoWithin');
      if (geometry.type === 'Point')
        throw new CommandError('BadValue', '$geoWithin: expected a Polygon or MultiPolygon, got a Point');
      return { box: boundingBox(geometry), holds: (at) => polygonsHold(geometry.polygons, at) };
    }
    case '$centerSphere': {
      const { centre, radius } = parseCircle(name, value);
      const metres = radius * EARTH_RADIUS_M;
      return { box: boxAround(centre, metres), holds: (at) => distance(centre, at) <= metres };
    }
    case '$center': {
      const { centre, radius } = parseCircle(name, value);
      const box = flatBox([centre[0] - radius, centre[0] + radius], [centre[1] - radius, centre[1] + radius]);
      return { box, holds: (at) => Math.hypot(at[0] - centre[0], at[1] - centre[1]) <= radius };
    }
    case '$box': {
      const [a, b] = parsePositions(name, value, 2);
      const box = flatBox([a?.[0] ?? 0, b?.[0] ?? 0], [a?.[1] ?? 0, b?.[1] ?? 0]);
      return { box, holds: (at) => at[0] >= box.west && at[0] <= box.east && at[1] >= box.south && at[1] <= box.north };
    }
    case '$polygon': {
      const ring = parsePositions(name, value, 3);
      const box = flatBox(
        ring.map(([x]) => x),
        ring.map(([, y]) => y),
      );
      return { box, holds: (at) => flatRingHolds(ring, at) };
    }
    default:
      throw new CommandError('BadValue', `unknown geo specifier: ${show(operand)}`);
  }
}

function parseCircle(name: string, value: unknown): { centre: Position; radius: number } {
  const [at, radius] = Array.isArray(value) ? (value as unknown[]) : [];
  const centre = parseGeometry(at);
  if (centre?.type === 'Point' && typeof radius === 'number' && radius >= 0) return { centre: centre.at, radius };
  throw new CommandError('BadValue', `${name}: expected [ [longitude, latitude], radius ], got ${show(value)}`);
}

function parsePositions(name: string, value: unknown, atLeast: number): Position[] {
  const parsed = Array.isArray(value) ? value.map((item) => parseGeometry(item)) : [];
  const positions = parsed.flatMap((geometry) => (geometry?.type === 'Point' ? [geometry.at] : []));
  if (positions.length >= atLeast && positions.length === parsed.length) return positions;
  throw new CommandError(
    'BadValue',
    `${name}: expected at least ${atLeast} pairs of [longitude, latitude], got ${show(value)}`,
  );
}

function flatBox(lngs: readonly number[], lats: readonly number[]): Box {
  return {
    west: Math.max(-180, Math.min(...lngs)),
    east: Math.min(180, Math.max(...lngs)),
    south: Math.max(-90, Math.min(...lats)),
    north: Math.min(90, Math.max(...lats)),
  };
}

// The legacy shapes are flat: edges are straight lines in degrees.
function flatRingHolds(ring: readonly Position[], [x, y]: Position): boolean {
  let inside = false;
  ring.forEach(([x1, y1], index) => {
    const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
