import { QUERY_DEFAULTS, runQuery } from '../query/run-query.js';
import type { Store } from './store.js';

/**
 * Removes the documents whose TTL has passed. mongod looks every 60 seconds; a lab has less time, so the server calls
 * this every second. Values that are not dates never expire.
 * @returns how many were removed
 */
export function removeExpired(store: Store, now: number): number {
  let removed = 0;
  for (const collection of store.collections.values()) {
    for (const { definition } of collection.indexes) {
      const [field] = definition.fields;
      if (definition.expireAfterSeconds === undefined || field === undefined) continue;
      const before = new Date(now - definition.expireAfterSeconds * 1000);
      const filter = { ...definition.partialFilter, [field.path]: { $lt: before } };
      for (const record of runQuery(collection, { ...QUERY_DEFAULTS, filter }).records) {
        collection.remove(record);
        removed += 1;
      }
    }
  }
  if (removed > 0) store.commit(false);
  return removed;
}
