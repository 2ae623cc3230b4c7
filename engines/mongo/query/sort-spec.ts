import { CommandError } from '../commands/command-error.js';
import type { StoredRecord } from '../storage/stored-record.js';
import { fold, type Collation } from '../values/collation.js';
import { isDoc, show, type Doc } from '../values/document.js';
import { descending, keyString, TYPE } from '../values/key-string.js';
import { EMPTY_ARRAY, valuesAt } from '../values/paths.js';

export interface SortField {
  readonly path: string;
  readonly direction: 1 | -1 | 'textScore';
}

/** Parses a sort document. `{ $natural: 1 }` is no sort. */
export function parseSort(spec: unknown): SortField[] {
  if (!isDoc(spec)) return [];
  return Object.entries(spec).flatMap(([path, value]): SortField[] => {
    if (path === '$natural') return [];
    if (isDoc(value) && value['$meta'] === 'textScore') return [{ path, direction: 'textScore' }];
    if (value === 1 || value === -1) return [{ path, direction: value }];
    throw new CommandError(
      'BadValue',
      `Illegal key in $sort specification: ${path}: ${show(value)}; expected 1, -1 or { $meta: "textScore" }`,
    );
  });
}

/** Sorts records as MongoDB does: an array counts by its smallest element ascending, by its largest descending. */
export function sortRecords(
  records: readonly StoredRecord[],
  sort: readonly SortField[],
  collation: Collation,
  scores: ReadonlyMap<number, number> | undefined,
): StoredRecord[] {
  const keyed = records.map((record) => ({
    record,
    key: sortKey(record.view, sort, collation, scores?.get(record.rid)),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ record }) => record);
}

function sortKey(doc: Doc, sort: readonly SortField[], collation: Collation, score: number | undefined): string {
  let key = '';
  for (const { path, direction } of sort) {
    if (direction === 'textScore') {
      key += descending(keyString(score ?? 0));
      continue;
    }
    let least: string | undefined;
    for (const value of valuesAt(doc, path).values) {
      const ascending = value === EMPTY_ARRAY ? TYPE.emptyArray : keyString(value, fold[collation]);
      const part = direction === -1 ? descending(ascending) : ascending;
      if (least === undefined || part < least) least = part;
    }
    key += least ?? '';
  }
  return key;
}
