import { Context } from 'mingo';
import * as accumulator from 'mingo/operators/accumulator';
import * as expression from 'mingo/operators/expression';
import * as projection from 'mingo/operators/projection';
import * as query from 'mingo/operators/query';

/** mingo's operators for filters and projections. A small context matters: mingo copies it for every query it compiles. */
export function mingoContext(): Context {
  return Context.init({ accumulator, expression, projection, query });
}
