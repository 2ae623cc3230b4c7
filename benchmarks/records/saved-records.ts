import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';
import type { BenchRecord } from './bench-record.js';

/** Where records lie. @param home of all state */
const folderIn = (home: string): string => path.join(home, 'benchmarks');

/** Saves a record. @returns the file */
export async function saveRecord(home: string, record: BenchRecord): Promise<string> {
  const file = path.join(folderIn(home), `${record.runId}.json`);
  try {
    await mkdir(folderIn(home), { recursive: true });
    await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
    await rename(`${file}.new`, file);
  } catch (cause) {
    throw new ExpectedError(`The figures could not be saved to ${folderIn(home)}.`, {
      next: 'Free some disk space, or make the folder writable, and run it again.',
      details: [cause instanceof Error ? cause.message : String(cause)],
      cause,
    });
  }
  return file;
}

/** All records that can be read, oldest first; what is none is passed over. */
export async function listRecords(home: string): Promise<readonly BenchRecord[]> {
  const names = await readdir(folderIn(home)).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const records = await Promise.all(files.map((name) => readRecord(path.join(folderIn(home), name))));
  return records.flatMap((record) => record ?? []);
}

async function readRecord(file: string): Promise<BenchRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is BenchRecord =>
  typeof value === 'object' && value !== null && 'schemaVersion' in value && value.schemaVersion === 1;

/**
 * The record that is meant: its id, the beginning or the end of it, or the id of a suite for its latest.
 * @throws ExpectedError when there is none, or several
 */
export function pickRecord(records: readonly BenchRecord[], wanted: string): BenchRecord {
  const exact = records.find(({ runId }) => runId === wanted) ?? records.findLast(({ suite }) => suite.id === wanted);
  if (exact) return exact;
  const near = records.filter(({ runId }) => runId.startsWith(wanted) || runId.endsWith(wanted));
  const [only] = near;
  if (only && near.length === 1) return only;
  throw new ExpectedError(
    near.length === 0
      ? `There is no saved benchmark "${wanted}".`
      : `"${wanted}" may be any of ${String(near.length)} saved benchmarks.`,
    {
      next: 'List them with "quickbite bench runs". The id of a suite stands for its latest.',
      details: near.map(({ runId }) => runId),
      exitCode: 2,
    },
  );
}
