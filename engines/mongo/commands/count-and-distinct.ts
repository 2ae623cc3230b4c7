import { QUERY_DEFAULTS, runQuery } from '../query/run-query.js';
import { collationOf } from '../storage/collection.js';
import { foldDeep } from '../values/collation.js';
import { keyString } from '../values/key-string.js';
import { EMPTY_ARRAY, valuesAt } from '../values/paths.js';
import { show } from '../values/document.js';
import { CommandError } from './command-error.js';
import { collectionOf, optionalCount, optionalDoc, type Command } from './command.js';
import { isHint } from './find.js';

/** `count` */
export const count: Command = {
  run: (command, context) => {
    const collection = collectionOf(command, 'count', context);
    const filter = optionalDoc(command, 'query');
    const [skip, limit] = [optionalCount(command, 'skip') ?? 0, Math.abs(Number(command['limit'] ?? 0))];
    const hint = isHint(command['hint']) ? command['hint'] : undefined;
    if (Object.keys(filter).length === 0 && hint === undefined && skip + limit === 0)
      return { n: collection?.records.size ?? 0 };
    const { records } = runQuery(
      collection,
      {
        ...QUERY_DEFAULTS,
        filter,
        skip,
        limit,
        hint,
        collation: collationOf(command, collection),
      },
      context.operation,
    );
    return { n: records.length };
  },
};

/** `distinct` */
export const distinct: Command = {
  run: (command, context) => {
    const path = command['key'];
    if (typeof path !== 'string')
      throw new CommandError('TypeMismatch', `distinct: expected 'key' to be a string, got ${show(path)}`);
    const collection = collectionOf(command, 'distinct', context);
    const collation = collationOf(command, collection);
    const hint = isHint(command['hint']) ? command['hint'] : undefined;
    const query = { ...QUERY_DEFAULTS, filter: optionalDoc(command, 'query'), collation, hint };
    const values = new Map<string, unknown>();
    for (const { view } of runQuery(collection, query, context.operation).records) {
      for (const value of valuesAt(view, path).values) {
        if (value === undefined || value === EMPTY_ARRAY) continue;
        const key = keyString(foldDeep(value, collation));
        if (!values.has(key)) values.set(key, value);
      }
    }
    return { values: [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value) };
  },
};
