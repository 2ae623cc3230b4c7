import { Double, serialize, UUID } from 'bson';
import { matcher } from '../query/matcher.js';
import type { Collection } from '../storage/collection.js';
import { parseCollation } from '../values/collation.js';
import { show, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import { CursorAnswer, namespaceOf, optionalCount, optionalDoc, requireAdmin, type Command } from './command.js';

/** `create`. Of the options only a default collation exists here; the others are unknown fields. */
export const create: Command = {
  run: (command, context) => {
    const namespace = namespaceOf(command, 'create', context);
    const options = { ...(command['collation'] !== undefined && { collation: command['collation'] }) };
    parseCollation(options.collation);
    const existing = context.store.get(namespace);
    if (existing !== undefined && show(existing.options) !== show(options))
      throw new CommandError('NamespaceExists', `a collection '${namespace}' already exists`);
    if (existing !== undefined) throw new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
    context.store.getOrCreate(namespace, options);
    return {};
  },
};

/** `renameCollection` */
export const renameCollection: Command = {
  run: (command, context) => {
    requireAdmin(context, 'renameCollection');
    const [from, to] = [command['renameCollection'], command['to']];
    if (typeof from !== 'string' || typeof to !== 'string')
      throw new CommandError(
        'TypeMismatch',
        `renameCollection: expected two namespaces, got ${show(from)} and ${show(to)}`,
      );
    if (from === to) throw new CommandError('IllegalOperation', "Can't rename a collection to itself");
    const { store } = context;
    if (store.get(from) === undefined)
      throw new CommandError('NamespaceNotFound', `Source collection ${from} does not exist`);
    if (store.get(to) !== undefined && command['dropTarget'] !== true)
      throw new CommandError('NamespaceExists', 'target namespace exists');
    store.rename(from, to);
    return {};
  },
};

/** `drop` */
export const drop: Command = {
  run: (command, context) => {
    const namespace = namespaceOf(command, 'drop', context);
    const collection = context.store.get(namespace);
    // Since MongoDB 7.0 dropping what is not there is not an error.
    if (collection === undefined) return {};
    context.store.drop(namespace);
    return { nIndexesWas: collection.indexes.length, ns: namespace };
  },
};

/** `dropDatabase` */
export const dropDatabase: Command = {
  run: (_command, { store, database }) => {
    const collections = store.inDatabase(database);
    for (const { namespace } of collections) store.drop(namespace);
    return collections.length === 0 ? {} : { dropped: database };
  },
};

/** `listCollections` */
export const listCollections: Command = {
  run: (command, { store, cursors, database }) => {
    const matches = matcher(optionalDoc(command, 'filter'));
    const described = store
      .inDatabase(database)
      .map((collection) => describe(collection, database))
      .filter(matches);
    const documents = command['nameOnly'] === true ? described.map(({ name, type }) => ({ name, type })) : described;
    const batchSize = optionalCount(optionalDoc(command, 'cursor'), 'batchSize');
    return new CursorAnswer(
      cursors.open(
        `${database}.$cmd.listCollections`,
        documents.map((document) => serialize(document)),
        { batchSize },
      ),
    );
  },
};

function describe(collection: Collection, database: string): Doc {
  return {
    name: collection.namespace.slice(database.length + 1),
    type: 'collection',
    options: collection.options,
    info: { readOnly: false, uuid: new UUID(collection.uuid) },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
  };
}

/** `listDatabases` */
export const listDatabases: Command = {
  run: (command, { store }) => {
    const matches = matcher(optionalDoc(command, 'filter'));
    const names = new Set([...store.collections.keys()].map((namespace) => namespace.split('.')[0] ?? ''));
    const databases = [...names].sort().map((name) => {
      const size = store.inDatabase(name).reduce((sum, collection) => sum + sizeOf(collection), 0);
      return { name, sizeOnDisk: new Double(size), empty: false };
    });
    const matching = databases.filter(matches);
    if (command['nameOnly'] === true) return { databases: matching.map(({ name }) => ({ name })) };
    return {
      databases: matching,
      totalSize: new Double(matching.reduce((sum, { sizeOnDisk }) => sum + sizeOnDisk.valueOf(), 0)),
    };
  },
};

/** Bytes of a collection's documents. */
function sizeOf(collection: Collection): number {
  let size = 0;
  for (const { bytes } of collection.records.values()) size += bytes.length;
  return size;
}

/** `collStats`. Documents and indexes are in memory: what they take on disk is the journal's, and not told apart. */
export const collStats: Command = {
  run: (command, context) => {
    const namespace = namespaceOf(command, 'collStats', context);
    const collection = context.store.get(namespace);
    const scale = optionalCount(command, 'scale') ?? 1;
    const scaled = (bytes: number) => Math.floor(bytes / scale);
    const size = collection === undefined ? 0 : sizeOf(collection);
    const documents = collection?.records.size ?? 0;
    return {
      ns: namespace,
      size: scaled(size),
      count: documents,
      ...(documents > 0 && { avgObjSize: Math.round(size / documents) }),
      storageSize: scaled(size),
      capped: false,
      nindexes: collection?.indexes.length ?? 0,
      indexNames: collection?.indexes.map(({ definition }) => definition.name) ?? [],
      scaleFactor: scale,
    };
  },
};

/** `dbStats` */
export const dbStats: Command = {
  run: (_command, { store, database }) => {
    const collections = store.inDatabase(database);
    const objects = collections.reduce((sum, { records }) => sum + records.size, 0);
    const indexes = collections.reduce((sum, collection) => sum + collection.indexes.length, 0);
    return {
      db: database,
      collections: collections.length,
      objects,
      indexes,
      dataSize: collections.reduce((sum, each) => sum + sizeOf(each), 0),
    };
  },
};
