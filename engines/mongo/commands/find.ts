import { collationOf, type Collection } from '../storage/collection.js';
import { isDoc, type Doc } from '../values/document.js';
import { projector } from '../query/projection.js';
import { runQuery, type QueryResult, type QuerySpec } from '../query/run-query.js';
import { parseSort } from '../query/sort-spec.js';
import { collectionOf, CursorAnswer, namespaceOf, optionalCount, optionalDoc, type Command } from './command.js';

/** The query that a `find` command describes. */
export function findSpec(command: Doc, collection: Collection | undefined): QuerySpec {
  // A negative limit is the legacy way to ask for a single batch.
  const limit = Math.abs(Number(command['limit'] ?? 0));
  return {
    filter: optionalDoc(command, 'filter'),
    sort: parseSort(command['sort']),
    skip: optionalCount(command, 'skip') ?? 0,
    limit,
    collation: collationOf(command, collection),
    hint: isHint(command['hint']) ? command['hint'] : undefined,
    variables: optionalDoc(command, 'let'),
  };
}

/** Whether a `hint` says anything. */
export function isHint(hint: unknown): boolean {
  return typeof hint === 'string' || (isDoc(hint) && Object.keys(hint).length > 0);
}

/** `find` */
export const find: Command = {
  run: (command, context) => {
    const collection = collectionOf(command, 'find', context);
    const spec = findSpec(command, collection);
    const project = projector(command['projection'], spec);
    const result = runQuery(collection, spec, context.operation);
    const batch = context.cursors.open(namespaceOf(command, 'find', context), projected(result, project), {
      batchSize: optionalCount(command, 'batchSize'),
      singleBatch: command['singleBatch'] === true || Number(command['limit'] ?? 0) < 0,
      keepForever: command['noCursorTimeout'] === true,
    });
    return new CursorAnswer(batch);
  },
};

function* projected({ records, scores }: QueryResult, project: ReturnType<typeof projector>): Generator<Uint8Array> {
  for (const record of records) yield project(record, scores?.get(record.rid));
}
