import { serialize } from 'bson';
import { parseIndexDefinition, type IndexDefinition } from '../indexes/index-definition.js';
import type { Collection } from '../storage/collection.js';
import { isDoc, show, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import {
  collectionOf,
  CursorAnswer,
  docsOf,
  namespaceOf,
  optionalCount,
  optionalDoc,
  type Command,
} from './command.js';

/** `createIndexes` */
export const createIndexes: Command = {
  run: (command, context) => {
    const namespace = namespaceOf(command, 'createIndexes', context);
    const existing = context.store.get(namespace);
    const collation = existing?.options['collation'];
    const definitions = docsOf(command, 'indexes').map((spec) =>
      parseIndexDefinition(collation === undefined ? spec : { collation, ...spec }),
    );
    const collection = context.store.getOrCreate(namespace);
    const before = collection.indexes.length;
    const made: string[] = [];
    try {
      for (const definition of definitions) {
        if (!isNew(collection, definition)) continue;
        collection.createIndex(definition);
        made.push(definition.name);
      }
    } catch (error) {
      // All of a command's indexes are made, or none.
      for (const name of made) collection.dropIndex(name);
      throw error;
    }
    const after = collection.indexes.length;
    return {
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: existing === undefined,
      ...(after === before && { note: 'all indexes already exist' }),
    };
  },
};

function isNew(collection: Collection, wanted: IndexDefinition): boolean {
  if (wanted.fields.length === 1 && wanted.fields[0]?.path === '_id' && wanted.kind === 'ordered') return false;
  for (const { definition } of collection.indexes) {
    if (wanted.kind === 'text' && definition.kind === 'text' && show(definition.key) !== show(wanted.key)) {
      const message = `only one text index per collection allowed, found existing text index "${definition.name}"`;
      throw new CommandError('CannotCreateIndex', message);
    }
    const sameKey = show(definition.key) === show(wanted.key) && definition.collation === wanted.collation;
    const sameOptions = options(definition) === options(wanted);
    if (definition.name === wanted.name) {
      if (sameKey && sameOptions) return false;
      const message = `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${show(wanted.spec)}, existing index: ${show(definition.spec)}`;
      throw new CommandError('IndexKeySpecsConflict', message);
    }
    if (!sameKey) continue;
    const message = sameOptions
      ? `Index already exists with a different name: ${definition.name}`
      : `An equivalent index already exists with a different name and options. Requested index: ${show(wanted.spec)}, existing index: ${show(definition.spec)}`;
    if (show(definition.partialFilter) === show(wanted.partialFilter))
      throw new CommandError('IndexOptionsConflict', message);
  }
  return true;
}

function options({ unique, sparse, expireAfterSeconds, partialFilter }: IndexDefinition): string {
  return show([unique, sparse, expireAfterSeconds ?? null, partialFilter ?? null]);
}

/** `dropIndexes`: by name, by pattern, by names, or `*` for all but `_id_`. */
export const dropIndexes: Command = {
  run: (command, context) => {
    const collection = collectionOf(command, 'dropIndexes', context);
    if (collection === undefined)
      throw new CommandError('NamespaceNotFound', `ns not found ${namespaceOf(command, 'dropIndexes', context)}`);
    const nIndexesWas = collection.indexes.length;
    for (const name of namesToDrop(collection, command['index'])) collection.dropIndex(name);
    return { nIndexesWas };
  },
};

function namesToDrop(collection: Collection, wanted: unknown): string[] {
  const names = collection.indexes.map(({ definition }) => definition.name);
  if (wanted === '*') return names.filter((name) => name !== '_id_');
  if (Array.isArray(wanted)) return wanted.flatMap((item) => namesToDrop(collection, item));
  const found = collection.indexes.find(({ definition }) =>
    isDoc(wanted) ? show(definition.key) === show(wanted) : definition.name === wanted,
  );
  if (found === undefined)
    throw new CommandError(
      'IndexNotFound',
      `index not found with name [${typeof wanted === 'string' ? wanted : show(wanted)}]`,
    );
  if (found.definition.name === '_id_') throw new CommandError('InvalidOptions', 'cannot drop _id index');
  return [found.definition.name];
}

/** `listIndexes` */
export const listIndexes: Command = {
  run: (command, context) => {
    const namespace = namespaceOf(command, 'listIndexes', context);
    const collection = context.store.get(namespace);
    if (collection === undefined) throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
    const documents = collection.indexes.map(({ definition }) => serialize(shown(definition)));
    const batchSize = optionalCount(optionalDoc(command, 'cursor'), 'batchSize');
    return new CursorAnswer(context.cursors.open(namespace, documents, { batchSize }));
  },
};

/** A text index is listed by its weights, as mongod keeps it. */
function shown({ kind, spec, fields }: IndexDefinition): Doc {
  if (kind === '2dsphere') return { ...spec, '2dsphereIndexVersion': 3 };
  if (kind !== 'text') return spec;
  const weights = Object.fromEntries(
    fields.filter(({ direction }) => direction === 'text').map(({ path }) => [path, 1]),
  );
  const others = fields.filter(({ direction }) => direction !== 'text').map(({ path, direction }) => [path, direction]);
  return {
    ...spec,
    key: { ...Object.fromEntries(others), _fts: 'text', _ftsx: 1 },
    weights: { ...weights, ...(isDoc(spec['weights']) ? spec['weights'] : {}) },
    default_language: spec['default_language'] ?? 'english',
    language_override: 'language',
    textIndexVersion: 3,
  };
}
