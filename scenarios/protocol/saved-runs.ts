import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';
import { readEvidence } from './evidence.js';
import type { RunRecord } from './run-record.js';

/** The evidence of all runs that can be read, oldest first. */
export async function listRuns(runsFolder: string): Promise<readonly RunRecord[]> {
  const names = await readdir(runsFolder).catch(() => []);
  const records = await Promise.all(
    names.sort().map((name) => readEvidence(path.join(runsFolder, name, 'result.json'))),
  );
  return records.flatMap((record) => record ?? []);
}

/**
 * The run that is meant: its id, the beginning or the end of it, or the id of a scenario for its latest run.
 * @throws ExpectedError when there is none, or several
 */
export function pickRun(records: readonly RunRecord[], wanted: string): RunRecord {
  const exact =
    records.find(({ runId }) => runId === wanted) ?? records.findLast(({ scenario }) => scenario.id === wanted);
  if (exact) return exact;
  const near = records.filter(({ runId }) => runId.startsWith(wanted) || runId.endsWith(wanted));
  const [only] = near;
  if (only && near.length === 1) return only;
  throw new ExpectedError(
    near.length === 0 ? `There is no run "${wanted}".` : `"${wanted}" may be any of ${String(near.length)} runs.`,
    {
      next: 'List them with "quickbite runs". A scenario\'s id stands for its latest run.',
      details: near.map(({ runId }) => runId),
      exitCode: 2,
    },
  );
}

/** A run with all its repetitions, in order; alone when it was not repeated. */
export function withRepetitions(records: readonly RunRecord[], run: RunRecord): readonly RunRecord[] {
  const group = run.repeated?.group;
  return group === undefined ? [run] : records.filter(({ repeated }) => repeated?.group === group);
}
