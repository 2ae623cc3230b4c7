import { CommandError } from '../commands/command-error.js';
import { parseCollation, type Collation } from '../values/collation.js';
import { refuseIndexOptions, type IndexKind } from './index-options.js';
import { isDoc, omit, show, type Doc } from '../values/document.js';

/** An index as `createIndexes` defined it. */
export interface IndexDefinition {
  readonly name: string;
  readonly kind: IndexKind;
  /** The key pattern, in order: `{ city: 1, rating: -1 }`. */
  readonly key: Readonly<Doc>;
  /** The ordered or geographic fields of the pattern. */
  readonly fields: readonly { readonly path: string; readonly direction: 1 | -1 | '2dsphere' | 'text' }[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partialFilter: Doc | undefined;
  readonly expireAfterSeconds: number | undefined;
  readonly collation: Collation;
  /** What `listIndexes` shows and the journal keeps. */
  readonly spec: Doc;
}

/** The index that every collection has, under the collation of the collection. */
export function idIndexDefinition(options: Doc): IndexDefinition {
  const { collation } = options;
  const spec = { key: { _id: 1 }, name: '_id_', ...(collation !== undefined && { collation }) };
  return { ...parseIndexDefinition(spec), unique: true };
}

/** Parses one element of `createIndexes`. @throws CommandError for a pattern or an option that this engine does not have */
export function parseIndexDefinition(spec: Doc): IndexDefinition {
  const key = spec['key'];
  if (!isDoc(key) || Object.keys(key).length === 0) {
    throw new CommandError(
      'CannotCreateIndex',
      `expected an index key pattern with at least one field, got ${show(key)}`,
    );
  }
  const fields = Object.entries(key).map(([path, direction]) => ({ path, direction: parseDirection(path, direction) }));
  const kinds = fields.map((field) => field.direction);
  const kind = kinds.includes('text') ? 'text' : kinds.includes('2dsphere') ? '2dsphere' : 'ordered';
  refuseIndexOptions(spec, kind, fields.length);
  const partialFilter = spec['partialFilterExpression'];
  const expiry = spec['expireAfterSeconds'];
  const named =
    typeof spec['name'] === 'string'
      ? spec['name']
      : fields.map((field) => `${field.path}_${field.direction}`).join('_');
  return {
    name: named,
    kind,
    key,
    fields,
    unique: spec['unique'] === true,
    sparse: spec['sparse'] === true,
    partialFilter: isDoc(partialFilter) ? partialFilter : undefined,
    expireAfterSeconds: typeof expiry === 'number' ? expiry : undefined,
    collation: parseCollation(spec['collation']),
    // `background` has meant nothing since MongoDB 4.2.
    spec: { v: 2, ...omit(spec, 'background'), name: named },
  };
}

function parseDirection(path: string, direction: unknown): 1 | -1 | '2dsphere' | 'text' {
  if (path.includes('$**') && direction !== 'text')
    throw new CommandError('CannotCreateIndex', `Unknown index plugin 'wildcard' for ${path}`);
  if (direction === '2dsphere' || direction === 'text') return direction;
  if (typeof direction === 'number' && direction !== 0) return direction > 0 ? 1 : -1;
  throw new CommandError('CannotCreateIndex', `Unknown index plugin '${String(direction)}' for ${path}`);
}
