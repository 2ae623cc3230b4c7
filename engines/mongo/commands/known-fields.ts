import type { Doc } from '../values/document.js';
import { CommandError } from './command-error.js';

const words = (text: string): readonly string[] => text.split(' ');

/** Fields that every command takes, most of them to ignore: there is one server, and it knows no users. */
const GENERIC = new Set(
  words(
    '$db lsid $readPreference $clusterTime readConcern writeConcern maxTimeMS comment apiVersion apiStrict apiDeprecationErrors txnNumber autocommit startTransaction mayBypassWriteBlocking',
  ),
);

const QUERY = 'hint collation let allowDiskUse';

/** Fields by command. A command that is not here takes any. */
const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    aggregate: `pipeline cursor explain bypassDocumentValidation isMapReduceCommand ${QUERY}`,
    collStats: 'scale',
    count: 'query limit skip fields hint collation',
    create: 'collation idIndex',
    createIndexes: 'indexes commitQuorum ignoreUnknownIndexOptions',
    dbStats: 'scale freeStorage',
    delete: 'deletes ordered let bypassDocumentValidation',
    distinct: 'key query collation hint',
    drop: '',
    dropDatabase: '',
    dropIndexes: 'index',
    explain: 'verbosity',
    find: `filter projection sort skip limit batchSize singleBatch noCursorTimeout allowPartialResults oplogReplay ${QUERY}`,
    findAndModify: `query sort remove update new fields upsert bypassDocumentValidation arrayFilters hint collation let`,
    getMore: 'collection batchSize',
    insert: 'documents ordered bypassDocumentValidation',
    killCursors: 'cursors',
    listCollections: 'filter nameOnly cursor authorizedCollections',
    listDatabases: 'filter nameOnly authorizedDatabases',
    listIndexes: 'cursor',
    profile: 'slowms sampleRate',
    renameCollection: 'to dropTarget',
    update: 'updates ordered let bypassDocumentValidation',
    'update.updates': 'q u c multi upsert arrayFilters hint collation',
    'delete.deletes': 'q limit hint collation',
  }).map(([name, fields]) => [name, new Set(words(fields))]),
);

/** @throws CommandError 40415, as mongod answers, for a field that the command does not have. One that is `false` asks for nothing. */
export function refuseUnknownFields(name: string, document: Doc): void {
  const known = FIELDS[name];
  if (known === undefined) return;
  const command = name.split('.')[0] ?? name;
  for (const field in document) {
    if (field === command || known.has(field) || GENERIC.has(field) || document[field] === false) continue;
    throw new CommandError('UnknownField', `BSON field '${name}.${field}' is an unknown field.`);
  }
}
