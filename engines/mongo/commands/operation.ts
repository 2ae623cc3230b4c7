import type { QueryResult, QueryWatch } from '../query/run-query.js';
import type { Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import { planSummary } from './plan-summary.js';

/** One command as it runs: its time limit, and what the profiler and `serverStatus` will want to know of it. */
export class Operation implements QueryWatch {
  keysExamined = 0;
  docsExamined = 0;
  hasSortStage = false;
  planSummary: string | undefined;
  /** What the command counted, in the profiler's words: `nreturned`, `ninserted`, `nMatched`, `nModified`, `ndeleted`. */
  readonly counted: Doc = {};
  readonly #deadline: number;

  /** @param maxTimeMs `maxTimeMS` of the command; 0 for no limit */
  constructor(maxTimeMs: number) {
    this.#deadline = maxTimeMs === 0 ? Infinity : performance.now() + maxTimeMs;
  }

  /** Called for each document that a query or a pipeline looks at. @throws CommandError MaxTimeMSExpired */
  tick(): void {
    if (this.#deadline !== Infinity && performance.now() > this.#deadline)
      throw new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
  }

  ran({ access, keysExamined, docsExamined, sortedInMemory }: QueryResult): void {
    this.keysExamined += keysExamined;
    this.docsExamined += docsExamined;
    this.hasSortStage ||= sortedInMemory;
    this.planSummary ??= planSummary(access);
  }
}
