import { ObjectId } from 'bson';
import { copy, isDoc, type Doc } from '../values/document.js';
import { setAt } from '../values/paths.js';
import { isReplacement, updateDocument, type UpdateSpec } from './update-document.js';

/**
 * The document that an upsert inserts: the equalities of the filter, then the change.
 * @param filter exact, so that its numbers keep their types
 */
export function upsertDocument(filter: Doc, spec: UpdateSpec): Doc {
  const seed: Doc = {};
  if (isReplacement(spec.change)) {
    const id = equalities(filter).find(([path]) => path === '_id');
    if (id !== undefined) seed['_id'] = id[1];
  } else {
    for (const [path, value] of equalities(filter)) setAt(seed, path, copy(value));
  }
  const made = updateDocument(seed, spec, {}, true);
  const { _id: id = new ObjectId(), ...fields } = made;
  return { _id: id, ...fields };
}

function equalities(filter: Doc): [path: string, value: unknown][] {
  return Object.entries(filter).flatMap(([key, value]): [string, unknown][] => {
    if (key === '$and' && Array.isArray(value)) return value.filter(isDoc).flatMap(equalities);
    if ((key === '$or' || key === '$in') && Array.isArray(value) && value.length === 1)
      return value.filter(isDoc).flatMap(equalities);
    if (key.startsWith('$')) return [];
    if (!isDoc(value) || !(Object.keys(value)[0]?.startsWith('$') ?? false))
      return isPattern(value) ? [] : [[key, value]];
    if ('$eq' in value) return [[key, value['$eq']]];
    const only = value['$in'] ?? value['$all'];
    return Array.isArray(only) && only.length === 1 ? [[key, only[0]]] : [];
  });
}

function isPattern(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'BSONRegExp';
}
