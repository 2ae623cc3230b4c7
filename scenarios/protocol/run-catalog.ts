import type { RunOptions, RunResult } from './run-experiment.js';
import { runOnStack, withStack } from './run-experiment.js';
import type { Scenario, StackNeeds } from './scenario.js';

/** A scenario's part in a run of the catalogue. */
export interface CatalogRun {
  readonly id: string;
  readonly result: RunResult;
  /** Of the run that counts. */
  readonly seconds: number;
  /** Above 1 when the runs before were inconclusive. */
  readonly attempt: number;
}

/** A machine that was busy for a moment is no verdict: what is inconclusive is run again, on a new stack. */
const ATTEMPTS = 3;

/** Options of `runCatalog`. */
export interface CatalogOptions extends Omit<RunOptions, 'keep' | 'stackId'> {
  /** How many stacks are up at once: more take less time, and disturb each other's measurements more. */
  readonly jobs: number;
}

/**
 * Runs every scenario with its defaults; those that need the same stack share one, one after the other.
 * @param onRun told of each run as it ends
 * @returns the runs that count, in the order of the scenarios
 */
export async function runCatalog(
  scenarios: readonly Scenario[],
  { jobs, ...options }: CatalogOptions,
  onRun: (run: CatalogRun) => void,
): Promise<readonly CatalogRun[]> {
  const runs = new Map<string, CatalogRun>();
  const waiting = groupsOf(scenarios);
  // What an inconclusive run leaves behind is not known: whatever comes after it gets a new stack.
  const runGroup = async (group: readonly Scenario[], stackId: string): Promise<void> => {
    const shared = { ...options, stackId, keep: false };
    const left = [...group];
    for (let next = left[0]; next; next = left[0])
      await withStack(next.needs, shared, async (held) => {
        for (let scenario = left[0]; scenario; scenario = left[0]) {
          const attempt = (runs.get(scenario.id)?.attempt ?? 0) + 1;
          const started = performance.now();
          const result = await runOnStack(scenario.withSettings([]), held, shared);
          const run = { id: scenario.id, result, seconds: (performance.now() - started) / 1000, attempt };
          runs.set(scenario.id, run);
          onRun(run);
          const open = result.record.outcome === 'inconclusive';
          if (!open || attempt === ATTEMPTS) left.shift();
          if (open) return;
        }
      });
  };
  let failed = false;
  const worker = async (_: unknown, n: number): Promise<void> => {
    for (let group = waiting.shift(); group && !failed; group = waiting.shift())
      await runGroup(group, `catalog-${String(n + 1)}`).catch((error: unknown) => {
        failed = true;
        throw error;
      });
  };
  // Each takes down its own stack, also when another has failed: wait for all before anything is said.
  const ends = await Promise.allSettled(Array.from({ length: jobs }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return scenarios.flatMap(({ id }) => runs.get(id) ?? []);
}

type Group = [Scenario, ...Scenario[]];

/** Scenarios with the same needs, in the order in which the first of each group is listed. */
export function groupsOf(scenarios: readonly Scenario[]): Group[] {
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
