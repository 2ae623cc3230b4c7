import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readWholeLog } from '@quickbite/runtime/logs';
import type { LogSource } from '@quickbite/runtime/logs';
import { runRecord } from './run-record.js';
import type { RunRecord } from './run-record.js';

/** Exit code when the run ended with a verdict but the evidence could not be saved. */
export const EVIDENCE_NOT_SAVED = 3;

/** Where the evidence is, or why it is not there. */
export type SavedEvidence =
  { readonly saved: true; readonly file: string } | { readonly saved: false; readonly reason: string };

/** A name that sorts by time and tells runs apart, e.g. `20260131T101112Z-circuit-breaker-3f9a1c`. */
export function makeRunId(scenario: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${scenario}-${randomBytes(3).toString('hex')}`;
}

/** Writes `result.json` so that a reader sees all of it or nothing. A disk that refuses is an answer, not an exception. */
export async function saveEvidence(runsFolder: string, record: RunRecord): Promise<SavedEvidence> {
  const folder = path.join(runsFolder, record.runId);
  const file = path.join(folder, 'result.json');
  const draft = `${file}.new`;
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(record, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    return { saved: true, file };
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    return { saved: false, reason: `The evidence could not be saved to ${folder}: ${explain(error)}` };
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and run it again.',
  EDQUOT: 'your disk quota is used up. Free some space and run it again.',
  EROFS: 'the file system is read-only. Set QUICKBITE_HOME to a folder that can be written.',
  EACCES: 'the folder may not be written. Make it writable, or set QUICKBITE_HOME to another.',
  EPERM: 'the folder may not be written. Make it writable, or set QUICKBITE_HOME to another.',
  ENOTDIR: 'a file is in the way. Remove it, or set QUICKBITE_HOME to another folder.',
  EEXIST: 'a file is in the way. Remove it, or set QUICKBITE_HOME to another folder.',
};

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return CAUSES[code] ?? (error instanceof Error ? error.message : String(error));
}

/** Keeps the logs of a stack that is about to go, beside the evidence: a doubt is looked into there. */
export async function keepLogs(logs: readonly LogSource[], runsFolder: string, runId: string): Promise<void> {
  const folder = path.join(runsFolder, runId, 'logs');
  const keep = async (log: LogSource): Promise<void> =>
    writeFile(path.join(folder, `${log.process}.log`), await readWholeLog(log));
  // Without them the run is as inconclusive as before: a disk that refuses is said when the evidence is saved.
  await mkdir(folder, { recursive: true })
    .then(() => Promise.all(logs.map(keep)))
    .catch(() => undefined);
}

/** How the latest run of each scenario ended. Folders that hold no readable evidence are passed over. */
export async function latestOutcomes(runsFolder: string): Promise<ReadonlyMap<string, RunRecord['outcome']>> {
  const names = await readdir(runsFolder).catch(() => []);
  const latest = new Map<string, RunRecord['outcome']>();
  for (const name of names.sort()) {
    const record = await readEvidence(path.join(runsFolder, name, 'result.json'));
    if (record) latest.set(record.scenario.id, record.outcome);
  }
  return latest;
}

/** The evidence in a file; undefined when there is none or it is of another version. */
export async function readEvidence(file: string): Promise<RunRecord | undefined> {
  try {
    return runRecord.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
