import type { SortedSet } from '../keyspace/sorted-set.js';
import { formatDouble } from '../resp/number-format.js';
import { CommandError, errors } from '../resp/command-error.js';
import { decodePosition, distanceInMetres, isOnMap, parseUnit } from './geo-positions.js';
import type { Position } from './geo-positions.js';
import type { OptionReader } from './option-reader.js';
import { parseFloatStrictly, parseInteger } from './parse-numbers.js';

/** What GEOSEARCH was asked. */
export interface GeoSearch {
  readonly center: Position;
  /** Whether a position is inside the area. */
  readonly contains: (position: Position) => boolean;
  /** Metres in the unit that distances are given in. */
  readonly unit: number;
  readonly order: 'ASC' | 'DESC' | undefined;
  readonly count: number;
  readonly withDistance: boolean;
  readonly withHash: boolean;
  readonly withCoordinates: boolean;
  readonly storeDistance: boolean;
}

export interface Found {
  readonly member: string;
  readonly score: number;
  /** In the search's unit. */
  readonly distance: number;
}

export function parseLocation(longitudeText: string, latitudeText: string): Position {
  const position = { longitude: parseFloatStrictly(longitudeText), latitude: parseFloatStrictly(latitudeText) };
  if (isOnMap(position)) return position;
  const shown = `${asCoordinate(position.longitude)},${asCoordinate(position.latitude)}`;
  throw new CommandError(`ERR invalid longitude,latitude pair ${shown}`);
}

export function parseSearch(set: SortedSet, options: OptionReader, name: 'geosearch' | 'geosearchstore'): GeoSearch {
  let center: Position | undefined;
  let area: { readonly unit: number; readonly around: (center: Position) => GeoSearch['contains'] } | undefined;
  let count: number | undefined;
  const flags = new Set<string>();
  const allowed =
    name === 'geosearch' ? ['ASC', 'DESC', 'WITHDIST', 'WITHHASH', 'WITHCOORD'] : ['ASC', 'DESC', 'STOREDIST'];
  while (!options.atEnd()) {
    const option = options.option();
    if (option === 'FROMMEMBER' && !center) center = positionOf(set, options.word());
    else if (option === 'FROMLONLAT' && !center) center = parseLocation(options.word(), options.word());
    else if (option === 'BYRADIUS' && !area) area = parseRadius(options);
    else if (option === 'BYBOX' && !area) area = parseBox(options);
    else if (option === 'COUNT') {
      count = parseInteger(options.word());
      if (count <= 0) throw new CommandError('ERR COUNT must be > 0');
      if (options.take('ANY')) flags.add('ANY');
    } else if (allowed.includes(option)) flags.add(option);
    else throw errors.syntax();
  }
  if (!center) throw new CommandError(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`);
  if (!area) throw new CommandError(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${name}`);
  return {
    center,
    contains: area.around(center),
    unit: area.unit,
    // The nearest come first when only some are wanted.
    order: flags.has('DESC')
      ? 'DESC'
      : flags.has('ASC') || (count !== undefined && !flags.has('ANY'))
        ? 'ASC'
        : undefined,
    count: count ?? Infinity,
    withDistance: flags.has('WITHDIST'),
    withHash: flags.has('WITHHASH'),
    withCoordinates: flags.has('WITHCOORD'),
    storeDistance: flags.has('STOREDIST'),
  };
}

/** Looks at every member: a city's drivers and restaurants are a few thousand. */
export function searchPositions(set: SortedSet, search: GeoSearch): Found[] {
  const found: Found[] = [];
  for (const { member, score } of set) {
    const position = decodePosition(score);
    if (!search.contains(position)) continue;
    found.push({ member, score, distance: distanceInMetres(search.center, position) / search.unit });
  }
  if (search.order) found.sort((a, b) => (search.order === 'ASC' ? a.distance - b.distance : b.distance - a.distance));
  return found.slice(0, search.count);
}

function positionOf(set: SortedSet, member: string): Position {
  const score = set.score(member);
  if (score === undefined) throw new CommandError('ERR could not decode requested zset member');
  return decodePosition(score);
}

function parseRadius(options: OptionReader) {
  const radius = parseLength(options.word(), 'radius');
  const unit = parseUnit(options.word());
  return {
    unit,
    around: (center: Position) => (position: Position) => distanceInMetres(center, position) <= radius * unit,
  };
}

function parseBox(options: OptionReader) {
  const width = parseLength(options.word(), 'width');
  const height = parseLength(options.word(), 'height');
  const unit = parseUnit(options.word());
  const around = (center: Position) => (position: Position) => {
    const northSouth = distanceInMetres(position, { ...position, latitude: center.latitude });
    const eastWest = distanceInMetres(position, { ...position, longitude: center.longitude });
    return northSouth <= (height * unit) / 2 && eastWest <= (width * unit) / 2;
  };
  return { unit, around };
}

function parseLength(text: string, what: string): number {
  const length = parseFloatStrictly(text, () => new CommandError(`ERR need numeric ${what}`));
  if (length < 0) throw new CommandError(`ERR ${what} cannot be negative`);
  return length;
}

function asCoordinate(value: number): string {
  return Number.isFinite(value) ? value.toFixed(6) : formatDouble(value);
}
