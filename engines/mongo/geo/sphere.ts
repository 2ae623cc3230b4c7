/** Earth's radius as MongoDB takes it: https://www.mongodb.com/docs/manual/tutorial/calculate-distances-using-spherical-geometry-with-2d-geospatial-indexes/ */
export const EARTH_RADIUS_M = 6_378_100;

/** A longitude and a latitude in degrees. */
export type Position = readonly [longitude: number, latitude: number];

/** A degree in radians. */
export const RADIANS = Math.PI / 180;

/** Great-circle distance in metres, by the haversine formula. */
export function distance([lng1, lat1]: Position, [lng2, lat2]: Position): number {
  const a = Math.sin(((lat2 - lat1) * RADIANS) / 2) ** 2;
  const b = Math.sin(((lng2 - lng1) * RADIANS) / 2) ** 2;
  const h = a + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * b;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A stretch of the globe in degrees; `west` may be greater than `east`, across the date line. */
export interface Box {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

export const WHOLE_EARTH: Box = { south: -90, north: 90, west: -180, east: 180 };

/** The smallest box that holds every point within a distance in metres. */
export function boxAround([lng, lat]: Position, radius: number): Box {
  const angle = radius / EARTH_RADIUS_M;
  const south = lat - angle / RADIANS;
  const north = lat + angle / RADIANS;
  // A circle that holds a pole has points at every longitude.
  if (south <= -90 || north >= 90)
    return { south: Math.max(south, -90), north: Math.min(north, 90), west: -180, east: 180 };
  const half = Math.asin(Math.min(1, Math.sin(Math.min(angle, Math.PI / 2)) / Math.cos(lat * RADIANS))) / RADIANS;
  if (half >= 180 || angle >= Math.PI / 2) return { south, north, west: -180, east: 180 };
  return { south, north, west: wrap(lng - half), east: wrap(lng + half) };
}

function wrap(lng: number): number {
  return lng < -180 ? lng + 360 : lng > 180 ? lng - 360 : lng;
}

/** Whether a ring of great-circle arcs, smaller than a hemisphere, holds a position: the directions to its corners wind around it. */
export function ringHolds(ring: readonly Position[], position: Position): boolean {
  const centre = ring
    .map(unitVector)
    .reduce((sum, vector) => [sum[0] + vector[0], sum[1] + vector[1], sum[2] + vector[2]]);
  const [x, y, z] = unitVector(position);
  // The antipode of an inner point is wound around as well.
  if (x * centre[0] + y * centre[1] + z * centre[2] <= 0) return false;
  let turned = 0;
  ring.forEach((corner, index) => {
    const next = ring[(index + 1) % ring.length] ?? corner;
    let turn = bearing(position, next) - bearing(position, corner);
    if (turn > Math.PI) turn -= 2 * Math.PI;
    if (turn < -Math.PI) turn += 2 * Math.PI;
    turned += turn;
  });
  return Math.abs(turned) > Math.PI || ring.some((corner) => corner[0] === position[0] && corner[1] === position[1]);
}

function bearing([lng1, lat1]: Position, [lng2, lat2]: Position): number {
  const [phi1, phi2, delta] = [lat1 * RADIANS, lat2 * RADIANS, (lng2 - lng1) * RADIANS];
  return Math.atan2(
    Math.sin(delta) * Math.cos(phi2),
    Math.cos(phi1) * Math.sin(phi2) - Math.sin(phi1) * Math.cos(phi2) * Math.cos(delta),
  );
}

function unitVector([lng, lat]: Position): [number, number, number] {
  const [lambda, phi] = [lng * RADIANS, lat * RADIANS];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}
