import { serialize } from 'bson';
import { aggregateCollection, type Aggregation } from '../aggregation/aggregate-collection.js';
import { takeWriteStage, type WriteStage } from '../aggregation/write-stages.js';
import { collationOf } from '../storage/collection.js';
import { copy, isDoc, show, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import { CursorAnswer, optionalCount, optionalDoc, type Command, type CommandContext } from './command.js';
import { isHint } from './find.js';

/** `aggregate` */
export const aggregate: Command = {
  run: (command, context) => {
    const { target, ...aggregation } = aggregationOf(command, context);
    const found = aggregateCollection(aggregation);
    target?.write(found);
    const results = target === undefined ? found : [];
    const namespace = `${context.database}.${String(command['aggregate'] === 1 ? '$cmd.aggregate' : command['aggregate'])}`;
    const batchSize = optionalCount(optionalDoc(command, 'cursor'), 'batchSize');
    return new CursorAnswer(context.cursors.open(namespace, encoded(results), { batchSize }));
  },
};

/** The aggregation that a command describes. */
export function aggregationOf(
  command: Doc,
  { store, database, operation }: CommandContext,
): Aggregation & { readonly target: WriteStage | undefined } {
  const pipeline = command['pipeline'];
  if (!Array.isArray(pipeline) || !pipeline.every(isDoc)) {
    throw new CommandError(
      'TypeMismatch',
      `'pipeline' option must be specified as an array of documents, got ${show(pipeline)}`,
    );
  }
  const { stages, target: written } = takeWriteStage(pipeline, store, database);
  // mingo may change what it joins in, so it gets copies.
  const documents = (name: string) =>
    [...(store.get(`${database}.${name}`)?.records.values() ?? [])].map(({ view }) => copy(view));
  const target = command['aggregate'];
  const collection = typeof target === 'string' ? store.get(`${database}.${target}`) : undefined;
  return {
    collection,
    stages,
    target: written,
    options: {
      collectionResolver: documents,
      variables: optionalDoc(command, 'let'),
      collation: collationOf(command, collection),
      watch: operation,
    },
    hint: isHint(command['hint']) ? command['hint'] : undefined,
  };
}

function* encoded(documents: readonly Doc[]): Generator<Uint8Array> {
  for (const document of documents) yield serialize(document);
}
