import { mingoLibrary } from '../query/mingo-library.js';
import { CommandError } from '../commands/command-error.js';
import type { Collation } from '../values/collation.js';
import { prepareStages } from './prepare-stages.js';
import type { QueryWatch } from '../query/run-query.js';
import type { Doc } from '../values/document.js';

export interface PipelineOptions {
  /** The documents of another collection of the same database, for `$lookup`, `$unionWith` and `$graphLookup`. */
  readonly collectionResolver: (name: string) => Doc[];
  readonly variables: Doc;
  readonly collation: Collation;
  /** Told of each document that the pipeline takes in. */
  readonly watch?: QueryWatch;
}

/** Runs stages on plain documents, which are cloned first: mingo may change them, and they are a collection's own. */
export function runPipeline(documents: Iterable<Doc>, stages: readonly Doc[], options: PipelineOptions): Doc[] {
  const { aggregate, ProcessingMode } = mingoLibrary().mingo;
  try {
    return aggregate(watched(documents, options.watch), prepareStages(stages), {
      collectionResolver: options.collectionResolver,
      variables: options.variables,
      processingMode: ProcessingMode.CLONE_INPUT,
      // $setWindowFields is made of functions of its own; scripts of clients are refused before.
      scriptEnabled: true,
      ...(options.collation !== 'binary' && {
        collation: { locale: 'en', strength: options.collation === 'caseInsensitive' ? (2 as const) : (1 as const) },
      }),
    });
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const unknown = /^unregistered pipeline operator (\$\w+)/.exec(message)?.[1];
    if (unknown !== undefined)
      throw new CommandError('UnrecognizedStage', `Unrecognized pipeline stage name: '${unknown}'`);
    throw new CommandError('BadValue', `PlanExecutor error during aggregation :: caused by :: ${message}`);
  }
}

function* watched(documents: Iterable<Doc>, watch: QueryWatch | undefined): Generator<Doc> {
  for (const document of documents) {
    watch?.tick();
    yield document;
  }
}
