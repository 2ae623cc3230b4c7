import type { Document } from 'mongodb';

/** What an explanation says of how a query was answered, wherever in the plan it stands. */
export interface Explained {
  /** The stages of the winning plan, outermost first. */
  readonly stages: readonly string[];
  readonly indexes: readonly string[];
  readonly keys: number;
  readonly docs: number;
  readonly returned: number;
}

/** Reads an explanation of verbosity `executionStats`. */
export function readExplanation(explanation: Document): Explained {
  const cursor = (explanation['stages'] as Document[] | undefined)?.[0]?.['$cursor'] as Document | undefined;
  const { queryPlanner, executionStats } = (cursor ?? explanation) as Record<string, Document>;
  const stages: string[] = [];
  const indexes: string[] = [];
  const visit = (stage: Document) => {
    stages.push(String(stage['stage']));
    if (typeof stage['indexName'] === 'string') indexes.push(stage['indexName']);
    for (const below of [stage['inputStage'], ...((stage['inputStages'] ?? []) as unknown[])])
      if (below !== undefined) visit(below as Document);
  };
  const winning = queryPlanner?.['winningPlan'] as Document;
  visit((winning['queryPlan'] ?? winning) as Document);
  return {
    stages,
    indexes,
    keys: Number(executionStats?.['totalKeysExamined']),
    docs: Number(executionStats?.['totalDocsExamined']),
    returned: Number(executionStats?.['nReturned']),
  };
}
