import type { Suite } from '../suites/suite.js';

/** A suite that could not be measured, and why. */
export interface FailedSuite {
  readonly id: string;
  readonly why: string;
}

/**
 * Runs suites one after the other. One that fails does not keep the others from being measured.
 * @param run measures one, and keeps what came of it
 * @returns those that failed
 * @throws the signal's reason when it aborts
 */
export async function runSuites(
  suites: readonly Suite[],
  run: (suite: Suite) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly FailedSuite[]> {
  const failed: FailedSuite[] = [];
  for (const suite of suites) {
    signal.throwIfAborted();
    try {
      await run(suite);
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ id: suite.id, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return failed;
}
