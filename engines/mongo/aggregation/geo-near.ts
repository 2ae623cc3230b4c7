import { CommandError } from '../commands/command-error.js';
import { requirePosition } from '../geo/geometry.js';
import { EARTH_RADIUS_M } from '../geo/sphere.js';
import { GeoIndex } from '../indexes/geo-index.js';
import { metres, type Near } from '../query/filter-parts.js';
import type { Collection } from '../storage/collection.js';
import { isDoc, show, type Doc } from '../values/document.js';

/** A parsed `$geoNear` stage. */
export interface GeoNear {
  readonly near: Near;
  readonly query: Doc;
  readonly distanceField: string;
  readonly includeLocs: string | undefined;
  /** What a distance in metres is multiplied with. */
  readonly multiplier: number;
}

/** Parses `$geoNear`. With a GeoJSON point distances are metres, with a legacy pair radians. */
export function parseGeoNear(operand: unknown, collection: Collection | undefined): GeoNear {
  if (!isDoc(operand)) throw new CommandError('TypeMismatch', `$geoNear: expected a document, got ${show(operand)}`);
  const { near, distanceField, query = {}, includeLocs } = operand;
  if (typeof distanceField !== 'string')
    throw new CommandError('TypeMismatch', "$geoNear requires that the 'distanceField' option is a String");
  if (!isDoc(query))
    throw new CommandError('TypeMismatch', `$geoNear: expected 'query' to be a document, got ${show(query)}`);
  const unit = isDoc(near) && 'type' in near ? 1 : EARTH_RADIUS_M;
  return {
    near: {
      path: pathOf(operand['key'], collection),
      centre: requirePosition(near, '$geoNear'),
      minDistance: metres(operand['minDistance'], '$geoNear', 0) * unit,
      maxDistance: metres(operand['maxDistance'], '$geoNear', Infinity) * unit,
    },
    query,
    distanceField,
    includeLocs: typeof includeLocs === 'string' ? includeLocs : undefined,
    multiplier: Number(operand['distanceMultiplier'] ?? 1) / unit,
  };
}

function pathOf(key: unknown, collection: Collection | undefined): string {
  if (typeof key === 'string') return key;
  const indexes = collection?.indexes.filter((index) => index instanceof GeoIndex) ?? [];
  const [only, second] = indexes;
  if (second !== undefined)
    throw new CommandError('IndexNotFound', 'There is more than one 2dsphere index; $geoNear needs the key option');
  if (only instanceof GeoIndex || collection === undefined) return only instanceof GeoIndex ? only.path : '';
  throw new CommandError('IndexNotFound', '$geoNear requires a 2d or 2dsphere index, but none were found');
}
