import { CommandError } from '../resp/command-error.js';

/** Degrees, WGS84. */
export interface Position {
  readonly longitude: number;
  readonly latitude: number;
}

const STEPS = 26;
const CELLS = 2 ** STEPS;
const LONGITUDE = { min: -180, max: 180 };
/** The limits of the Mercator projection, EPSG:3857, which Redis uses. */
const LATITUDE = { min: -85.05112878, max: 85.05112878 };
/** Metres, as Redis has it. */
const EARTH_RADIUS = 6372797.560856;
const BASE_32 = '0123456789bcdefghjkmnpqrstuvwxyz';

const UNITS: Readonly<Record<string, number>> = { m: 1, km: 1000, ft: 0.3048, mi: 1609.34 };

/** The metres in a unit. */
export function parseUnit(text: string): number {
  const metres = UNITS[text.toLowerCase()];
  if (metres === undefined) throw new CommandError('ERR unsupported unit provided. please use M, KM, FT, MI');
  return metres;
}

export function isOnMap({ longitude, latitude }: Position): boolean {
  return (
    longitude >= LONGITUDE.min && longitude <= LONGITUDE.max && latitude >= LATITUDE.min && latitude <= LATITUDE.max
  );
}

/** The 52-bit score of a position: the bits of its cell's row and column, interleaved. */
export function encodePosition({ longitude, latitude }: Position, limits = LATITUDE): number {
  const x = Math.min(CELLS - 1, Math.floor(((longitude - LONGITUDE.min) / (LONGITUDE.max - LONGITUDE.min)) * CELLS));
  const y = Math.min(CELLS - 1, Math.floor(((latitude - limits.min) / (limits.max - limits.min)) * CELLS));
  let score = 0;
  for (let bit = STEPS - 1; bit >= 0; bit -= 1) score = score * 4 + ((x >>> bit) & 1) * 2 + ((y >>> bit) & 1);
  return score;
}

/** The middle of the cell with this score. */
export function decodePosition(score: number): Position {
  let [x, y] = [0, 0];
  let rest = score;
  for (let bit = 0; bit < STEPS; bit += 1) {
    const pair = rest % 4;
    rest = (rest - pair) / 4;
    x += (pair >> 1) * 2 ** bit;
    y += (pair & 1) * 2 ** bit;
  }
  const middle = (cell: number, { min, max }: { min: number; max: number }) => {
    const low = min + (cell / CELLS) * (max - min);
    const high = min + ((cell + 1) / CELLS) * (max - min);
    return (low + high) / 2;
  };
  return { longitude: middle(x, LONGITUDE), latitude: middle(y, LATITUDE) };
}

/** The great-circle distance by the haversine formula. */
export function distanceInMetres(a: Position, b: Position): number {
  const [latitudeA, latitudeB] = [radians(a.latitude), radians(b.latitude)];
  const u = Math.sin((latitudeB - latitudeA) / 2);
  const v = Math.sin((radians(b.longitude) - radians(a.longitude)) / 2);
  return 2 * EARTH_RADIUS * Math.asin(Math.sqrt(u * u + Math.cos(latitudeA) * Math.cos(latitudeB) * v * v));
}

/** The eleven characters of geohash.org, which divides latitude from -90 to 90; Redis's last one is always 0. */
export function geohashText(score: number): string {
  const bits = BigInt(encodePosition(decodePosition(score), { min: -90, max: 90 }));
  let text = '';
  for (let index = 0; index < 10; index += 1)
    text += BASE_32.charAt(Number((bits >> BigInt(52 - (index + 1) * 5)) & 31n));
  return `${text}0`;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
