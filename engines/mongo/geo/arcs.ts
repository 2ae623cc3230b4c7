import { EARTH_RADIUS_M, RADIANS, type Position } from './sphere.js';

/** A great-circle arc between two positions, shorter than half the way round. */
export type Arc = readonly [from: Position, to: Position];

type Vector = readonly [number, number, number];

/** Whether two arcs cross in a point inside both. The test of S2's `SimpleCrossing`. */
export function arcsCross([p, q]: Arc, [r, s]: Arc): boolean {
  const [a, b, c, d] = [unitVector(p), unitVector(q), unitVector(r), unitVector(s)];
  const ab = cross(a, b);
  const [acb, bda] = [-dot(ab, c), dot(ab, d)];
  if (acb * bda <= 0) return false;
  const cd = cross(c, d);
  const [cbd, dac] = [-dot(cd, b), dot(cd, a)];
  return acb * cbd > 0 && acb * dac > 0;
}

/** Metres from a position to the nearest point of an arc. */
export function distanceToArc(position: Position, [from, to]: Arc): number {
  const [p, a, b] = [unitVector(position), unitVector(from), unitVector(to)];
  const normal = cross(a, b);
  const length = Math.hypot(...normal);
  const beside = length > 0 && dot(cross(normal, a), p) >= 0 && dot(cross(b, normal), p) >= 0;
  const angle = beside
    ? Math.abs(Math.asin(dot(p, normal) / length))
    : Math.min(angleBetween(p, a), angleBetween(p, b));
  return angle * EARTH_RADIUS_M;
}

function unitVector([lng, lat]: Position): Vector {
  const [lambda, phi] = [lng * RADIANS, lat * RADIANS];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function angleBetween(a: Vector, b: Vector): number {
  return Math.atan2(Math.hypot(...cross(a, b)), dot(a, b));
}
