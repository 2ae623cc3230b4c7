import { serialize } from 'bson';
import { CommandError } from '../commands/command-error.js';
import { QUERY_DEFAULTS, runQuery } from '../query/run-query.js';
import type { Collection } from '../storage/collection.js';
import { temporaryNamespace, type Store } from '../storage/store.js';
import type { StoredRecord } from '../storage/stored-record.js';
import { updateDocument } from '../update/update-document.js';
import { storedForm } from '../values/bson-bytes.js';
import { isDoc, omit, readExact, show, type Doc } from '../values/document.js';
import { valueAt } from '../values/paths.js';
import { runPipeline } from './mingo-pipeline.js';

/** Where the results of a pipeline go that ends in `$out` or `$merge`. */
export interface WriteStage {
  readonly write: (results: readonly Doc[]) => void;
}

/** Takes a final `$out` or `$merge` off a pipeline. @throws CommandError 40601 where one is not the last stage */
export function takeWriteStage(
  stages: readonly Doc[],
  store: Store,
  database: string,
): { readonly stages: readonly Doc[]; readonly target: WriteStage | undefined } {
  const at = stages.findIndex((stage) => '$out' in stage || '$merge' in stage);
  if (at === -1) return { stages, target: undefined };
  const [name = '', operand] = Object.entries(stages[at] ?? {})[0] ?? [];
  if (at !== stages.length - 1)
    throw new CommandError('NotLastStage', `${name} can only be the final stage in the pipeline`);
  const write = name === '$out' ? outTo(operand, store, database) : mergeInto(operand, store, database);
  return { stages: stages.slice(0, -1), target: { write } };
}

function namespaceIn(target: unknown, stage: string, database: string): string {
  if (typeof target === 'string') return `${database}.${target}`;
  const { db = database, coll } = isDoc(target) ? target : {};
  if (typeof db === 'string' && typeof coll === 'string') return `${db}.${coll}`;
  throw new CommandError('FailedToParse', `${stage}: expected a collection or { db, coll }, got ${show(target)}`);
}

/** `$out`: fills a collection beside the target, with its indexes, and puts it in its place in one step. */
function outTo(operand: unknown, store: Store, database: string): WriteStage['write'] {
  const namespace = namespaceIn(operand, '$out', database);
  return (results) => {
    const replaced = store.get(namespace);
    const temporary = temporaryNamespace(database);
    const made = store.getOrCreate(temporary, replaced?.options);
    try {
      for (const { definition } of replaced?.indexes ?? [])
        if (definition.name !== '_id_') made.createIndex(definition);
      for (const result of results) made.insert(storedForm(serialize(result)));
      store.rename(temporary, namespace);
    } catch (error) {
      store.drop(temporary);
      throw error;
    }
  };
}

/** `$merge`: puts each result into the target, by the fields of `on`. */
function mergeInto(operand: unknown, store: Store, database: string): WriteStage['write'] {
  const spec: Doc = isDoc(operand) ? operand : { into: operand };
  const namespace = namespaceIn(spec['into'], '$merge', database);
  const { on = '_id', whenMatched = 'merge', whenNotMatched = 'insert', let: variables = { new: '$$ROOT' } } = spec;
  const fields = (Array.isArray(on) ? on : [on]).map(String);
  return (results) => {
    const target = store.getOrCreate(namespace);
    requireUnique(target, fields);
    for (const result of results) {
      const filter = Object.fromEntries(fields.map((field) => [field, { $eq: valueAt(result, field) }]));
      const old = runQuery(target, { ...QUERY_DEFAULTS, filter, limit: 1 }).records[0];
      if (old !== undefined) {
        const merged = matched(old, result, whenMatched, variables);
        if (merged !== undefined) target.replace(old, storedForm(serialize(merged)));
      } else if (whenNotMatched === 'insert') {
        target.insert(storedForm(serialize(result)));
      } else if (whenNotMatched !== 'discard') {
        const message =
          '$merge could not find a matching document in the target collection for at least one document in the source collection';
        throw new CommandError('MergeStageNoMatchingDocument', message);
      }
    }
  };
}

function requireUnique(target: Collection, fields: readonly string[]): void {
  const wanted = [...fields].sort().join();
  const found = target.indexes.some(({ definition: { fields: indexed, unique, partialFilter } }) => {
    return (
      unique &&
      partialFilter === undefined &&
      indexed
        .map(({ path }) => path)
        .sort()
        .join() === wanted
    );
  });
  if (found) return;
  throw new CommandError('NoUniqueIndex', 'Cannot find index to verify that join fields will be unique');
}

/** The document that takes the place of a matched one; `undefined` to keep it. */
function matched(old: StoredRecord, result: Doc, how: unknown, variables: unknown): Doc | undefined {
  const before = readExact(old.bytes);
  if (Array.isArray(how) && how.every(isDoc)) {
    const options = { collectionResolver: () => [], variables: {}, collation: 'binary' } as const;
    const [defined = {}] = runPipeline([result], [{ $replaceRoot: { newRoot: variables } }], options);
    return updateDocument(before, { change: how, arrayFilters: [], variables: defined, now: new Date() }, {}, false);
  }
  switch (how) {
    case 'replace':
      return { _id: before['_id'], ...omit(result, '_id') };
    case 'merge':
      return { ...before, ...omit(result, '_id') };
    case 'keepExisting':
      return undefined;
    case 'fail':
      throw new CommandError('DuplicateKey', `$merge failed due to a DuplicateKey error: ${show(before['_id'])}`);
    default:
      throw new CommandError(
        'BadValue',
        `Enumeration value '${String(how)}' for field 'whenMatched' is not a valid value.`,
      );
  }
}
