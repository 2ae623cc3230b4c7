import { Double, serialize, UUID } from 'bson';
import { matcher } from '../query/matcher.js';
import type { Collection } from '../storage/collection.js';
import type { Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import { CursorAnswer, namespaceOf, optionalCount, optionalDoc, type Command } from './command.js';

const UNSUPPORTED_OPTIONS = ['capped', 'timeseries', 'viewOn', 'validator'];

/** `create` */
export const create: Command = {
  run: (command, context) => {
    const namespace = namespaceOf(command, 'create', context);
    const refused = UNSUPPORTED_OPTIONS.find((option) => command[option] !== undefined && command[option] !== false);
    if (refused !== undefined)
      throw new CommandError('InvalidOptions', `create: the option ${refused} is not supported by the embedded engine`);
    if (context.store.get(namespace) !== undefined)
      throw new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
    context.store.getOrCreate(namespace);
    context.store.commit(false);
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
    context.store.commit(false);
    return { nIndexesWas: collection.indexes.length, ns: namespace };
  },
};

/** `dropDatabase` */
export const dropDatabase: Command = {
  run: (_command, { store, database }) => {
    const collections = store.inDatabase(database);
    for (const { namespace } of collections) store.drop(namespace);
    store.commit(false);
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

/** `collStats` */
export const collStats: Command = {
  run: (command, context) => {
    const namespace = namespaceOf(command, 'collStats', context);
    const collection = context.store.get(namespace);
    const size = collection === undefined ? 0 : sizeOf(collection);
    const documents = collection?.records.size ?? 0;
    return {
      ns: namespace,
      size,
      count: documents,
      avgObjSize: documents === 0 ? 0 : Math.round(size / documents),
      nindexes: collection?.indexes.length ?? 0,
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
