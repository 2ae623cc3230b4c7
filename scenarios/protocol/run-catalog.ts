import type { RunOptions, RunResult } from './run-experiment.js';
import { runOnStack, withStack } from './run-experiment.js';
import type { Scenario, StackNeeds } from './scenario.js';

/** A run of the whole catalogue, scenario by scenario. */
export interface CatalogRun {
  readonly id: string;
  readonly result: RunResult;
  readonly seconds: number;
}

/**
 * Runs every scenario with its defaults, one after the other; those that need the same stack share one.
 * @param onRun told of each as it ends
 */
export async function runCatalog(
  scenarios: readonly Scenario[],
  options: Omit<RunOptions, 'keep'>,
  onRun: (run: CatalogRun) => void,
): Promise<readonly CatalogRun[]> {
  const runs: CatalogRun[] = [];
  for (const [first, ...others] of groupsOf(scenarios)) {
    const shared = { ...options, keep: false };
    await withStack(first.needs, shared, async (held) => {
      for (const scenario of [first, ...others]) {
        const started = performance.now();
        const result = await runOnStack(scenario.withSettings([]), held, shared);
        const run = { id: scenario.id, result, seconds: (performance.now() - started) / 1000 };
        runs.push(run);
        onRun(run);
      }
    });
  }
  return runs;
}

type Group = [Scenario, ...Scenario[]];

/** Scenarios with the same needs, in the order in which the first of each group is listed. */
function groupsOf(scenarios: readonly Scenario[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const scenario of scenarios) {
    const key = keyOf(scenario.needs);
    const group = groups.get(key);
    if (group) group.push(scenario);
    else groups.set(key, [scenario]);
  }
  return [...groups.values()];
}

function keyOf({ services, links, instances, env }: StackNeeds): string {
  const ends = links.map(({ from, to }) => `${from}:${to}`);
  return JSON.stringify([[...services].sort(), ends.sort(), instances, env]);
}
