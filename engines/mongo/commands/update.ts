import { serialize } from 'bson';
import { collationOf, type Collection } from '../storage/collection.js';
import type { StoredRecord } from '../storage/stored-record.js';
import { runQuery, type QuerySpec } from '../query/run-query.js';
import { updateDocument, isReplacement, type UpdateSpec } from '../update/update-document.js';
import { upsertDocument } from '../update/upsert.js';
import { MAX_DOCUMENT_BYTES, storedForm } from '../values/bson-bytes.js';
import { isDoc, plainDoc, readExact, show, toPlain, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import { docsOf, namespaceOf, optionalDoc, type Command } from './command.js';
import { isHint } from './find.js';
import { refuseUnknownFields } from './known-fields.js';
import { runStatements } from './write-errors.js';

/** `update` */
export const update: Command = {
  reading: 'exact',
  run: (command, context) => {
    const namespace = namespaceOf(command, 'update', context);
    const statements = docsOf(command, 'updates');
    for (const statement of statements) refuseUnknownFields('update.updates', statement);
    const totals = { n: 0, nModified: 0, upserted: [] as Doc[] };
    const { writeErrors } = runStatements(statements, command['ordered'] !== false, (statement, index) => {
      const multi = statement['multi'] === true;
      const spec = updateSpec(statement, 'u', command, new Date(context.server.now()));
      if (multi && isDoc(spec.change) && isReplacement(spec.change)) {
        throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
      }
      const existing = context.store.get(namespace);
      const query = writeQuery(statement, 'q', multi ? 0 : 1, { collection: existing, command });
      const { records } = runQuery(existing, query, context.operation);
      const collection = context.store.getOrCreate(namespace);
      for (const record of records) {
        const after = applyUpdate(collection, record, spec, query.filter);
        totals.n += 1;
        if (after !== record) totals.nModified += 1;
      }
      if (records.length > 0 || statement['upsert'] !== true) return;
      const inserted = insertUpsert(collection, optionalDoc(statement, 'q'), spec);
      totals.n += 1;
      totals.upserted.push({ index, _id: readExact(inserted.bytes)['_id'] });
    });
    const { operations, documents } = context.server.counters;
    operations.update += statements.length;
    documents.updated += totals.nModified;
    Object.assign(context.operation.counted, {
      nMatched: totals.n - totals.upserted.length,
      nModified: totals.nModified,
    });
    return {
      n: totals.n,
      nModified: totals.nModified,
      ...(totals.upserted.length > 0 && { upserted: totals.upserted }),
      ...(writeErrors && { writeErrors }),
    };
  },
};

/** The query of a write statement whose fields are exact. */
export function writeQuery(
  statement: Doc,
  field: string,
  limit: number,
  { collection, command }: { readonly collection: Collection | undefined; readonly command: Doc },
): QuerySpec {
  const hint = toPlain(statement['hint']);
  return {
    filter: plainDoc(optionalDoc(statement, field)),
    sort: [],
    skip: 0,
    limit,
    collation: collationOf({ collation: toPlain(statement['collation']) }, collection),
    hint: isHint(hint) ? hint : undefined,
    variables: plainDoc(optionalDoc(command, 'let')),
  };
}

/** Reads the change of an update statement or of `findAndModify`. */
export function updateSpec(statement: Doc, field: string, command: Doc, now: Date): UpdateSpec {
  const change = statement[field];
  const arrayFilters = toPlain(statement['arrayFilters'] ?? []);
  if (!isDoc(change) && !(Array.isArray(change) && change.every(isDoc))) {
    throw new CommandError(
      'FailedToParse',
      `Update argument must be either an object or an array, got ${show(change)}`,
    );
  }
  if (!Array.isArray(arrayFilters) || !arrayFilters.every(isDoc)) {
    throw new CommandError(
      'FailedToParse',
      `expected arrayFilters to be an array of documents, got ${show(arrayFilters)}`,
    );
  }
  const variables = { ...optionalDoc(command, 'let'), ...optionalDoc(statement, 'c') };
  return { change, arrayFilters, variables, now };
}

/** Changes one document; gives the same record back when the change leaves it as it was. */
export function applyUpdate(collection: Collection, record: StoredRecord, spec: UpdateSpec, filter: Doc): StoredRecord {
  const bytes = serialize(updateDocument(readExact(record.bytes), spec, filter, false));
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    const message = `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`;
    throw new CommandError('DocumentTooLarge', message);
  }
  return Buffer.compare(bytes, record.bytes) === 0 ? record : collection.replace(record, storedForm(bytes));
}

/** Inserts what an upsert makes of its filter and its change. */
export function insertUpsert(collection: Collection, filter: Doc, spec: UpdateSpec): StoredRecord {
  return collection.insert(storedForm(serialize(upsertDocument(filter, spec))));
}
