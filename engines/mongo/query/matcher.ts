import { Query } from 'mingo/query';
import { CommandError } from '../commands/command-error.js';
import { foldDeep, type Collation } from '../values/collation.js';
import { omit, type Doc } from '../values/document.js';
import { filterOptions } from './mingo-options.js';

/**
 * Compiles a filter into a test of plain documents.
 * @throws CommandError BadValue for an operator that is unknown or badly used
 */
export function matcher(filter: Doc, collation: Collation = 'binary', variables?: Doc): (doc: Doc) => boolean {
  const conditions = '$comment' in filter ? omit(filter, '$comment') : filter;
  if (Object.keys(conditions).length === 0) return () => true;
  const query = asBadValue(
    () => new Query(foldDeep(conditions, collation) as Doc, filterOptions(conditions, variables)),
  );
  return (doc) => asBadValue(() => query.test(collation === 'binary' ? doc : (foldDeep(doc, collation) as Doc)));
}

/** Runs mingo and turns what it throws into mongod's kind of error. */
export function asBadValue<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError('BadValue', message.replace(/^unknown query operator /, 'unknown operator: '));
  }
}
