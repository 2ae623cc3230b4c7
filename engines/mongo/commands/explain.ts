import { splitPipeline } from '../aggregation/aggregate-collection.js';
import type { AccessPath } from '../query/access-path.js';
import { runQuery, type QueryResult, type QuerySpec } from '../query/run-query.js';
import { isDoc, plainDoc, show, type Doc } from '../values/document.js';
import type { Collection } from '../storage/collection.js';
import { aggregationOf } from './aggregate.js';
import { CommandError } from './command-error.js';
import { namespaceOf, type Command, type CommandContext } from './command.js';
import { VERSION } from './server-commands.js';
import { findSpec } from './find.js';
import { writeQuery } from './update.js';

/** `explain`: runs the query and says how it went. Writes are explained by the query that finds their documents. */
export const explain: Command = {
  run: (command, context) => {
    const inner = command['explain'];
    if (!isDoc(inner))
      throw new CommandError('TypeMismatch', `explain: expected a command document, got ${show(inner)}`);
    return explained(inner, command['verbosity'], context);
  },
};

/** What is explained: a query, and what the command does with its documents. */
interface Explained {
  readonly query: QuerySpec;
  /** The stage on top of the query's plan, for commands that do more than find. */
  readonly top?: 'COUNT' | 'UPDATE' | 'DELETE';
  /** Stages of a pipeline that no query answers. */
  readonly rest?: readonly Doc[];
}

/** The explanation of a find, aggregate, count, distinct, update, delete or findAndModify. */
function explained(inner: Doc, verbosity: unknown, context: CommandContext): Doc {
  const name = Object.keys(inner)[0] ?? '';
  const namespace = namespaceOf(inner, name, context);
  const collection = context.store.get(namespace);
  const { query, top, rest = [] } = explainedQuery(name, inner, collection, context);
  const startedAt = performance.now();
  const result = runQuery(collection, query, context.operation);
  const found = planOf(result, query);
  const winningPlan = top === undefined ? found : { stage: top, inputStage: found };
  const plan = {
    queryPlanner: { namespace, parsedQuery: query.filter, winningPlan, rejectedPlans: [] },
    ...(verbosity !== 'queryPlanner' && {
      executionStats: {
        executionSuccess: true,
        nReturned: result.records.length,
        executionTimeMillis: Math.round(performance.now() - startedAt),
        totalKeysExamined: result.keysExamined,
        totalDocsExamined: result.docsExamined,
        executionStages: { ...counted(winningPlan, result), nReturned: result.records.length },
      },
    }),
  };
  return {
    explainVersion: '1',
    ...(rest.length === 0 ? plan : { stages: [{ $cursor: plan }, ...rest] }),
    command: inner,
    serverInfo: { host: context.server.host, port: context.server.port(), version: VERSION },
  };
}

function explainedQuery(
  name: string,
  inner: Doc,
  collection: Collection | undefined,
  context: CommandContext,
): Explained {
  switch (name) {
    case 'find':
      return { query: findSpec(inner, collection) };
    case 'aggregate': {
      const { query, rest } = splitPipeline(aggregationOf(inner, context));
      return { query, rest };
    }
    case 'count':
      return { query: findSpec({ ...inner, filter: inner['query'] ?? {} }, collection), top: 'COUNT' };
    case 'distinct':
      return { query: findSpec({ ...inner, filter: inner['query'] ?? {} }, collection) };
    case 'findAndModify': {
      const query = findSpec({ ...inner, filter: inner['query'] ?? {}, limit: 1 }, collection);
      return { query, top: inner['remove'] === true ? 'DELETE' : 'UPDATE' };
    }
    case 'update':
    case 'delete': {
      const statements = inner[name === 'update' ? 'updates' : 'deletes'];
      const first: unknown = Array.isArray(statements) ? statements[0] : undefined;
      if (!isDoc(first)) break;
      const limit = first['multi'] === true || first['limit'] === 0 ? 0 : 1;
      const query = writeQuery(plainDoc(first), 'q', limit, { collection, command: inner });
      return { query, top: name === 'update' ? 'UPDATE' : 'DELETE' };
    }
  }
  throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${name}`);
}

/** A plan with what its stages examined, where one stage did all of it. */
function counted(plan: Doc, examined: Pick<QueryResult, 'keysExamined' | 'docsExamined'>): Doc {
  const { keysExamined, docsExamined } = examined;
  const below = plan['inputStage'];
  return {
    ...plan,
    ...(isDoc(below) && { inputStage: counted(below, examined) }),
    ...((plan['stage'] === 'FETCH' || plan['stage'] === 'COLLSCAN') && { docsExamined }),
    ...(plan['stage'] === 'IXSCAN' && { keysExamined }),
  };
}

function planOf({ access, sortedInMemory }: QueryResult, { sort, limit, skip }: QuerySpec): Doc {
  let plan = access === undefined ? { stage: 'EOF' } : stageOf(access);
  if (sortedInMemory) {
    const sortPattern = Object.fromEntries(sort.map(({ path, direction }) => [path, direction]));
    plan = { stage: 'SORT', sortPattern, ...(limit > 0 && { limitAmount: limit + skip }), inputStage: plan };
  }
  if (skip > 0) plan = { stage: 'SKIP', skipAmount: skip, inputStage: plan };
  return limit > 0 && !sortedInMemory ? { stage: 'LIMIT', limitAmount: limit, inputStage: plan } : plan;
}

function stageOf(access: AccessPath): Doc {
  switch (access.stage) {
    case 'COLLSCAN':
      return { stage: 'COLLSCAN', direction: 'forward' };
    case 'IDHACK':
      if (access.alone) return { stage: 'IDHACK', indexName: '_id_', keyPattern: { _id: 1 } };
      return { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: '_id_', keyPattern: { _id: 1 } } };
    case 'OR':
      return { stage: 'FETCH', inputStage: { stage: 'OR', inputStages: access.branches.map(stageOf) } };
    case 'IXSCAN': {
      const { definition, multikeyPaths } = access.index;
      const scan = {
        stage: 'IXSCAN',
        keyPattern: definition.key,
        indexName: definition.name,
        isMultiKey: multikeyPaths.size > 0,
        isUnique: definition.unique,
        isSparse: definition.sparse,
        isPartial: definition.partialFilter !== undefined,
        direction: access.reverse ? 'backward' : 'forward',
      };
      return { stage: 'FETCH', inputStage: scan };
    }
    case 'GEO_BOX':
    case 'GEO_NEAR_2DSPHERE':
    case 'TEXT_MATCH': {
      const { name: indexName, key: keyPattern } = access.index.definition;
      if (access.stage === 'GEO_NEAR_2DSPHERE') return { stage: access.stage, keyPattern, indexName };
      if (access.stage === 'TEXT_MATCH') {
        const indexPrefix = Object.fromEntries(access.index.prefix.map((path, at) => [path, access.prefix[at]]));
        return { stage: access.stage, indexPrefix, indexName };
      }
      return { stage: 'FETCH', inputStage: { stage: 'IXSCAN', keyPattern, indexName } };
    }
  }
}
