import { randomBytes } from 'node:crypto';
import { bandsOf, worstOf } from './noise.js';
import type { Band } from './noise.js';
import { runOnStack, withStack } from './run-experiment.js';
import type { RunOptions, RunResult } from './run-experiment.js';
import type { RunRecord } from './run-record.js';
import type { Experiment } from './scenario.js';

/** Several runs of one experiment on one stack, with the same seed: what differs between them is noise. */
export interface RepeatedRuns {
  readonly results: readonly RunResult[];
  readonly bands: readonly Band[];
  /** The worst of all. */
  readonly outcome: RunRecord['outcome'];
}

/** @param onRun told of each as it ends */
export function repeatExperiment(
  experiment: Experiment,
  options: RunOptions,
  times: number,
  onRun: (result: RunResult, n: number) => void,
): Promise<RepeatedRuns> {
  const group = randomBytes(4).toString('hex');
  return withStack(experiment.card.needs, options, async (held) => {
    const results: RunResult[] = [];
    for (let n = 1; n <= times; n += 1) {
      const result = await runOnStack(experiment, held, { ...options, repeated: { group, n, of: times } });
      results.push(result);
      onRun(result, n);
    }
    const records = results.map(({ record }) => record);
    return { results, bands: bandsOf(records), outcome: worstOf(records) };
  });
}
