import { Context } from 'mingo/core';
import * as query from 'mingo/operators/query';
import { Query } from 'mingo/query';
import type { Options, QueryOperator } from 'mingo/types';
import { parseGeoIntersects, parseGeoWithin, type ShapePredicate } from '../geo/shape-predicates.js';
import { isDoc, type Doc } from '../values/document.js';
import { valueAt } from '../values/paths.js';
import { inList } from './in-list.js';
import { mingoLibrary } from './mingo-library.js';

const NO_VARIABLES: Doc = {};
/** Of two operators of one name mingo keeps the one that it got first. */
const operators = { ...query, $in: asOperator(inList) };
const filterOnly = prepare(() => Context.init({ query: operators }), NO_VARIABLES);
let withExpressions: Options | undefined;

/** What a filter is compiled with: mingo's operators, and ours for geography and long lists; expressions only where it has any. */
export function filterOptions(filter: Doc, variables: Doc = NO_VARIABLES): Options {
  return hasExpressions(filter) ? expressionOptions(variables) : filterOnly();
}

/** What projections and filters with expressions are compiled with; `let` defines the variables, which they see as `$$name`. */
export function expressionOptions(variables: Doc = NO_VARIABLES): Options {
  const withAll = () => {
    const { accumulator, expression, projection } = mingoLibrary();
    return Context.init({ accumulator, expression, projection, query: operators });
  };
  if (Object.keys(variables).length > 0) return prepare(withAll, variables)();
  return (withExpressions ??= prepare(withAll, NO_VARIABLES)());
}

function hasExpressions(filter: Doc): boolean {
  for (const key in filter) {
    if (key === '$expr') return true;
    if (!key.startsWith('$')) continue;
    const parts = filter[key];
    if (Array.isArray(parts) && parts.some((part) => isDoc(part) && hasExpressions(part))) return true;
  }
  return false;
}

/**
 * mingo copies all operators for each query that gets plain options, and that is most of the cost of a look-up; the options it
 * makes of them, which it hands to every operator, it takes as they are.
 */
function prepare(context: () => Context, variables: Doc): () => Options {
  const handed: Options[] = [];
  const $prepare = (_path: string, _operand: unknown, options: Options) => {
    handed.push(options);
    return () => true;
  };
  return () => {
    const [known] = handed;
    if (known !== undefined) return known;
    const extended = context().addQueryOps({
      $geoWithin: asOperator(shape(parseGeoWithin)),
      $geoIntersects: asOperator(shape(parseGeoIntersects)),
      $prepare: asOperator($prepare),
    });
    new Query({ field: { $prepare: true } }, { context: extended, scriptEnabled: false, variables });
    const prepared = handed.at(0);
    if (prepared === undefined)
      throw new Error('expected mingo to hand its options to a query operator, got none: check the version of mingo');
    return prepared;
  };
}

function shape(parse: (operand: unknown) => ShapePredicate) {
  return (path: string, operand: unknown) => {
    const { test } = parse(operand);
    return (doc: unknown) => isDoc(doc) && test(valueAt(doc, path));
  };
}

/** mingo types an operator as the intersection of all of its own, which no single function can be. */
function asOperator(
  operator: (path: string, operand: unknown, options: Options) => (doc: Doc) => boolean,
): QueryOperator {
  return operator;
}
