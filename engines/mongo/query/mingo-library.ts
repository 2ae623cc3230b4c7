import { createRequire } from 'node:module';
import type * as Mingo from 'mingo';
import type * as AccumulatorOperators from 'mingo/operators/accumulator';
import type * as ExpressionOperators from 'mingo/operators/expression';
import type * as ProjectionOperators from 'mingo/operators/projection';

/** The larger part of mingo: some 240 modules for expressions and pipelines. */
export interface MingoLibrary {
  readonly mingo: typeof Mingo;
  readonly accumulator: typeof AccumulatorOperators;
  readonly expression: typeof ExpressionOperators;
  readonly projection: typeof ProjectionOperators;
}

const load = createRequire(import.meta.url);
let loaded: MingoLibrary | undefined;

/** Loads it on first use: half of the time that a start takes, if it were imported. A server loads it once it listens. */
export function mingoLibrary(): MingoLibrary {
  loaded ??= {
    mingo: load('mingo') as typeof Mingo,
    accumulator: load('mingo/operators/accumulator') as typeof AccumulatorOperators,
    expression: load('mingo/operators/expression') as typeof ExpressionOperators,
    projection: load('mingo/operators/projection') as typeof ProjectionOperators,
  };
  return loaded;
}
