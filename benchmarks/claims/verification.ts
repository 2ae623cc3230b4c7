import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inStateHome } from '@quickbite/runtime/stack';
import { z } from 'zod';
import { VERDICTS } from './rule.js';

const quantity = z.object({
  name: z.string(),
  unit: z.enum(['ms', 'us', '/s', '%', 'count', 'bytes', 'ratio', 's']),
  value: z.number(),
  low: z.number(),
  high: z.number(),
  samples: z.number(),
});

const decided = z.object({
  claim: z.string(),
  verdict: z.enum([...VERDICTS, 'undecided']),
  reason: z.string(),
  quantities: z.array(quantity),
  at: z.iso.datetime(),
  /** What measured it: `probe redis-lock`, `bench gateway`, `scenario timeouts`; empty where nothing does. */
  by: z.string(),
  /** The saved run of a benchmark or a scenario. */
  runId: z.string().optional(),
  /** Where the engines that it was measured on come from. */
  engines: z.record(z.string(), z.string()),
});

/** The evidence of one `claims verify`. A change of its shape is a new version. */
const verification = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  machine: z.object({
    quickbite: z.string(),
    node: z.string(),
    platform: z.string(),
    cpu: z.string(),
    cores: z.number(),
    memoryBytes: z.number(),
  }),
  verdicts: z.array(decided),
});

export type Verification = z.infer<typeof verification>;
export type Machine = Verification['machine'];
/** A claim and what came of it, as the evidence keeps it. */
export type DecidedClaim = Verification['verdicts'][number];

/** The latest verdict on a claim, with the machine. */
export interface LatestVerdict extends DecidedClaim {
  readonly machine: Machine;
  readonly verification: string;
}

const folderOf = (home: string): string => path.join(home, 'claims');

/** A name that sorts by time and tells verifications apart. */
export const makeVerificationId = (now: Date): string =>
  `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;

/** Writes it so that a reader sees all of it or nothing. @returns the file */
export async function saveVerification(home: string, record: Verification): Promise<string> {
  const file = path.join(folderOf(home), `${record.id}.json`);
  await inStateHome(home, async () => {
    await mkdir(folderOf(home), { recursive: true });
    await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
    await rename(`${file}.new`, file);
  });
  return file;
}

/** The latest verdict on each claim that was ever verified here. Files that cannot be read are passed over. */
export async function readVerdicts(home: string): Promise<ReadonlyMap<string, LatestVerdict>> {
  const names = await readdir(folderOf(home)).catch(() => []);
  const latest = new Map<string, LatestVerdict>();
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const record = await readVerification(path.join(folderOf(home), name));
    if (!record) continue;
    const { machine, id } = record;
    for (const verdict of record.verdicts) latest.set(verdict.claim, { ...verdict, machine, verification: id });
  }
  return latest;
}

async function readVerification(file: string): Promise<Verification | undefined> {
  try {
    return verification.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
