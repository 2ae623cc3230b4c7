import { Context } from 'mingo';
import * as accumulator from 'mingo/operators/accumulator';
import * as expression from 'mingo/operators/expression';
import * as projection from 'mingo/operators/projection';
import * as query from 'mingo/operators/query';
import { Query } from 'mingo/query';
import type { Options, QueryOperator } from 'mingo/types';
import { parseGeoIntersects, parseGeoWithin, type ShapePredicate } from '../geo/shape-predicates.js';
import { isDoc, type Doc } from '../values/document.js';
import { valueAt } from '../values/paths.js';

/**
 * What filters and projections are compiled with: mingo's operators, and ours for geography. mingo copies all operators
 * for each query that gets plain options, and that is most of the cost of a look-up; the options it makes of them, which
 * it hands to every operator, it takes as they are.
 */
export const mingoOptions = optionsWith({});

/** The same with variables, which `$expr` sees as `$$name`. */
export function optionsWith(variables: Doc): Options {
  let prepared: Options | undefined;
  const $prepare = (_path: string, _operand: unknown, options: Options) => {
    prepared = options;
    return () => true;
  };
  const context = Context.init({ accumulator, expression, projection, query }).addQueryOps({
    $geoWithin: asOperator(shape(parseGeoWithin)),
    $geoIntersects: asOperator(shape(parseGeoIntersects)),
    $prepare: asOperator($prepare),
  });
  new Query({ field: { $prepare: true } }, { context, scriptEnabled: false, variables });
  if (prepared === undefined)
    throw new Error('expected mingo to hand its options to a query operator, got none: check the version of mingo');
  return prepared;
}

function shape(parse: (operand: unknown) => ShapePredicate) {
  return (path: string, operand: unknown) => {
    const { test } = parse(operand);
    return (doc: unknown) => isDoc(doc) && test(valueAt(doc, path));
  };
}

/** mingo types an operator as the intersection of all of its own, which no single function can be. */
function asOperator(
  operator: (path: string, operand: unknown, options: Options) => (doc: unknown) => boolean,
): QueryOperator {
  return operator;
}
