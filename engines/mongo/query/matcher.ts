import { Query } from 'mingo/query';
import type { QueryOperator } from 'mingo/types';
import { CommandError } from '../commands/command-error.js';
import { parseGeoIntersects, parseGeoWithin, type ShapePredicate } from '../geo/shape-predicates.js';
import { foldDeep, type Collation } from '../values/collation.js';
import { isDoc, omit, type Doc } from '../values/document.js';
import { valueAt } from '../values/paths.js';
import { mingoContext } from './mingo-context.js';

const context = mingoContext().addQueryOps({
  $geoWithin: shape(parseGeoWithin),
  $geoIntersects: shape(parseGeoIntersects),
});

/**
 * Compiles a filter into a test of plain documents.
 * @throws CommandError BadValue for an operator that is unknown or badly used
 */
export function matcher(filter: Doc, collation: Collation = 'binary'): (doc: Doc) => boolean {
  const conditions = omit(filter, '$comment');
  if (Object.keys(conditions).length === 0) return () => true;
  const query = asBadValue(() => new Query(foldDeep(conditions, collation) as Doc, { context, scriptEnabled: false }));
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

function shape(parse: (operand: unknown) => ShapePredicate): QueryOperator {
  const operator = (path: string, operand: unknown) => {
    const { test } = parse(operand);
    return (doc: unknown) => isDoc(doc) && test(valueAt(doc, path));
  };
  // mingo types an operator as the intersection of all of its own, which no single function can be.
  return operator as unknown as QueryOperator;
}
