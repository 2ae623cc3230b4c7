import { CommandError } from '../commands/command-error.js';
import { isDoc, show, type Doc } from '../values/document.js';
import { arcsCross, distanceToArc } from './arcs.js';
import {
  arcsOf,
  boundingBox,
  parseGeometry,
  polygonsHold,
  positionsOf,
  requireGeometry,
  solePosition,
  type Geometry,
} from './geometry.js';
import { boxAround, distance, EARTH_RADIUS_M, type Box, type Position } from './sphere.js';

/** A parsed `$geoWithin` or `$geoIntersects`: a test of a stored value, and a box outside which it cannot hold. */
export interface ShapePredicate {
  readonly box: Box;
  readonly test: (stored: unknown) => boolean;
}

/** Parses the operand of `$geoWithin`: `$geometry`, `$centerSphere` (radius in radians), `$center`, `$box` or `$polygon`. */
export function parseGeoWithin(operand: unknown): ShapePredicate {
  if (!isDoc(operand)) throw new CommandError('BadValue', `$geoWithin: expected a shape, got ${show(operand)}`);
  const { box, holds, outline } = parseArea(operand);
  return {
    box,
    test: (stored) => {
      const geometry = parseGeometry(stored);
      if (geometry === undefined || !positionsOf(geometry).every(holds)) return false;
      return outline === undefined || solePosition(geometry) !== undefined || !sticksOut(geometry, outline);
    },
  };
}

/** Whether a geometry with all its corners inside an area leaves it between them, or has a hole of the area inside. */
function sticksOut(geometry: Geometry, area: Geometry): boolean {
  const holes = area.polygons.flatMap((rings) => rings.slice(1)).flat();
  if (holes.some((corner) => polygonsHold(geometry.polygons, corner))) return true;
  const edges = arcsOf(area);
  return arcsOf(geometry).some((arc) => edges.some((edge) => arcsCross(arc, edge)));
}

/** Parses the operand of `$geoIntersects`. */
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

/** Shapes closer than this touch: a millimetre, above the rounding of doubles. */
const TOUCHING_M = 0.001;

function intersect(a: Geometry, b: Geometry): boolean {
  const touches = (one: Geometry, other: Geometry) =>
    positionsOf(one).some((at) => distanceToGeometry(at, other) <= TOUCHING_M);
  if (touches(a, b) || touches(b, a)) return true;
  const edges = arcsOf(b);
  return arcsOf(a).some((arc) => edges.some((edge) => arcsCross(arc, edge)));
}

/** Metres from a position to the nearest point of a geometry; 0 inside a polygon. */
export function distanceToGeometry(at: Position, geometry: Geometry): number {
  const only = solePosition(geometry);
  if (only !== undefined) return distance(at, only);
  if (polygonsHold(geometry.polygons, at)) return 0;
  const toPoints = geometry.points.map((point) => distance(at, point));
  return Math.min(...toPoints, ...arcsOf(geometry).map((arc) => distanceToArc(at, arc)));
}

interface Area {
  readonly box: Box;
  readonly holds: (at: Position) => boolean;
  /** The area as a shape on the sphere, where its edges can be crossed between two positions inside. */
  readonly outline?: Geometry;
}

function parseArea(operand: Doc): Area {
  const [name, value] = Object.entries(operand)[0] ?? ['', undefined];
  switch (name) {
    case '$geometry': {
      const outline = requireGeometry(value, '$geoWithin');
      if (outline.polygons.length === 0 || outline.points.length + outline.lines.length > 0)
        throw new CommandError('BadValue', `$geoWithin not supported with provided geometry: ${show(value)}`);
      return { box: boundingBox(outline), holds: (at) => polygonsHold(outline.polygons, at), outline };
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
  const geometry = parseGeometry(at);
  const centre = geometry === undefined ? undefined : solePosition(geometry);
  if (centre !== undefined && typeof radius === 'number' && radius >= 0) return { centre, radius };
  throw new CommandError('BadValue', `${name}: expected [ [longitude, latitude], radius ], got ${show(value)}`);
}

function parsePositions(name: string, value: unknown, atLeast: number): Position[] {
  const parsed = Array.isArray(value) ? value.map((item) => parseGeometry(item)) : [];
  const positions = parsed.flatMap((geometry) => {
    const at = geometry === undefined ? undefined : solePosition(geometry);
    return at === undefined ? [] : [at];
  });
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
