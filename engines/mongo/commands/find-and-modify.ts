import { projector } from '../query/projection.js';
import { runQuery } from '../query/run-query.js';
import { parseSort } from '../query/sort-spec.js';
import type { StoredRecord } from '../storage/stored-record.js';
import { readExact, toPlain, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import { FoundAnswer, namespaceOf, optionalDoc, type Answer, type Command } from './command.js';
import { applyUpdate, insertUpsert, updateSpec, writeQuery } from './update.js';

/** `findAndModify`: finds, changes and answers as one step. */
export const findAndModify: Command = {
  reading: 'exact',
  run: (command, context) => {
    const name = 'findAndModify' in command ? 'findAndModify' : 'findandmodify';
    const namespace = namespaceOf(command, name, context);
    const removes = command['remove'] === true;
    const returnsNew = command['new'] === true;
    if (removes && (command['update'] !== undefined || returnsNew || command['upsert'] === true)) {
      throw new CommandError('FailedToParse', "Cannot specify 'update', 'new' or 'upsert' together with remove=true");
    }
    const query = {
      ...writeQuery(command, 'query', 1, { collection: context.store.get(namespace), command }),
      sort: parseSort(toPlain(command['sort'])),
    };
    const project = projector(toPlain(command['fields']), query);
    const answer = (lastErrorObject: Doc, record: StoredRecord | undefined): Answer =>
      record === undefined ? { lastErrorObject, value: null } : new FoundAnswer({ lastErrorObject }, project(record));
    const before = runQuery(context.store.get(namespace), query, context.operation).records[0];

    if (removes) {
      if (before !== undefined) context.store.get(namespace)?.remove(before);
      return answer({ n: before === undefined ? 0 : 1 }, before);
    }
    const spec = updateSpec(command, 'update', command, new Date(context.server.now()));
    if (before === undefined && command['upsert'] !== true)
      return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const collection = context.store.getOrCreate(namespace);
    const after =
      before === undefined
        ? insertUpsert(collection, optionalDoc(command, 'query'), spec)
        : applyUpdate(collection, before, spec, query.filter);
    const upserted = before === undefined ? { upserted: readExact(after.bytes)['_id'] } : {};
    const lastErrorObject = { n: 1, updatedExisting: before !== undefined, ...upserted };
    return answer(lastErrorObject, returnsNew ? after : before);
  },
};
