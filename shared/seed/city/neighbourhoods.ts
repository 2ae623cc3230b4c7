import type { GeoPoint } from '../../http/index.js';
import type { Random } from './random.js';

/** A part of the city: where its middle is, seen from the centre, and how far it spreads. */
export interface Neighbourhood {
  readonly name: string;
  /** How many of a hundred restaurants and people are here. */
  readonly share: number;
  /** Metres to the east and to the north of the centre. */
  readonly east: number;
  readonly north: number;
  /** Standard deviation of what lies here, in metres. */
  readonly spread: number;
}

/** The centre, `[longitude, latitude]`. The map is Berlin's, so that it looks right on one; the city is invented. */
const CENTRE = [13.405, 52.52] as const;

/** Small enough that a driver at one end is still within reach of a restaurant in the middle. */
export const neighbourhoods: readonly Neighbourhood[] = [
  { name: 'Old Town', share: 20, east: 0, north: 0, spread: 450 },
  { name: 'Station Quarter', share: 15, east: -1100, north: 500, spread: 400 },
  { name: 'University', share: 14, east: 900, north: 1200, spread: 450 },
  { name: 'Market District', share: 13, east: 700, north: -900, spread: 400 },
  { name: 'Harbour', share: 10, east: -1600, north: -1300, spread: 500 },
  { name: 'Mill Island', share: 8, east: 2000, north: 100, spread: 350 },
  { name: 'Foundry', share: 8, east: 2300, north: -1700, spread: 500 },
  { name: 'Hillside', share: 6, east: -700, north: 2400, spread: 550 },
  { name: 'Garden Suburb', share: 6, east: -2800, north: 700, spread: 600 },
];

const METRES_PER_DEGREE = 111_320;

/** A place in a neighbourhood; most are near its middle. Six decimals are a tenth of a metre. */
export function placeIn(neighbourhood: Neighbourhood, random: Random): GeoPoint {
  const east = neighbourhood.east + random.gaussian() * neighbourhood.spread;
  const north = neighbourhood.north + random.gaussian() * neighbourhood.spread;
  const [longitude, latitude] = CENTRE;
  const metresPerDegreeEast = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
  return {
    type: 'Point',
    coordinates: [rounded(longitude + east / metresPerDegreeEast), rounded(latitude + north / METRES_PER_DEGREE)],
  };
}

/** Chooses by share. */
export function chooseByShare<T extends { readonly share: number }>(list: readonly T[], random: Random): T {
  const [first, ...rest] = list;
  if (!first) throw new Error('expected at least one to choose from');
  let left = random.next() * list.reduce((sum, { share }) => sum + share, 0) - first.share;
  let chosen = first;
  for (const candidate of rest) {
    if (left < 0) break;
    left -= candidate.share;
    chosen = candidate;
  }
  return chosen;
}
