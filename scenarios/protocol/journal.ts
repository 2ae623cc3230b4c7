import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';
import { z } from 'zod';
import { faultPlan } from '../faults/index.js';

const disturbance = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fault'), plan: faultPlan }),
  z.object({
    kind: z.literal('knobs'),
    service: z.string(),
    changed: z.record(z.string(), z.unknown()),
    previous: z.record(z.string(), z.unknown()),
  }),
]);

const entry = z.object({ id: z.string(), writtenAt: z.string(), pid: z.number(), by: z.string(), disturbance });

/** Something that is done to a stack and must be undone. */
export type Disturbance = z.infer<typeof disturbance>;
/** A disturbance as the journal holds it, with who caused it. */
export type JournalEntry = z.infer<typeof entry>;

/**
 * The undo journal of one stack: one file a disturbance, on the disk before the disturbance happens and removed after it
 * was proved undone. What is there when nobody runs an experiment is what a crash left behind.
 */
export interface Journal {
  /** @param by what causes it, e.g. `scenario circuit-breaker` */
  record(by: string, disturbance: Disturbance): Promise<JournalEntry>;
  settle(entry: JournalEntry): Promise<void>;
  /** Oldest first. */
  pending(): Promise<readonly JournalEntry[]>;
}

/** @param stackFolder folder of the stack; the journal makes its own folder in it when it first writes */
export function openJournal(stackFolder: string): Journal {
  const folder = path.join(stackFolder, 'journal');
  const fileOf = (id: string): string => path.join(folder, `${id}.json`);
  return {
    async record(by, what) {
      const made: JournalEntry = {
        id: `${String(Date.now())}-${process.hrtime.bigint().toString().padStart(20, '0')}-${randomUUID().slice(0, 8)}`,
        writtenAt: new Date().toISOString(),
        pid: process.pid,
        by,
        disturbance: what,
      };
      try {
        await mkdir(folder, { recursive: true });
        await writeDurably(fileOf(made.id), JSON.stringify(made));
      } catch (cause) {
        throw new ExpectedError(`Nothing was broken: the undo journal could not be written to ${folder}.`, {
          next: 'Free some disk space, or make the folder writable, and run it again.',
          details: [cause instanceof Error ? cause.message : String(cause)],
          cause,
        });
      }
      return made;
    },
    settle: (done) => rm(fileOf(done.id), { force: true }),
    async pending() {
      const names = await readdir(folder).catch(ignoreMissing);
      const files = names.filter((name) => name.endsWith('.json')).sort();
      return Promise.all(files.map((name) => readEntry(path.join(folder, name))));
    },
  };
}

/** A crash right after this returns cannot lose the file, and a crash before leaves no half of one under its name. */
async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  // The name of the file is in its folder, which has to reach the disk as well; Windows does not open folders.
  if (process.platform === 'win32') return;
  const parent = await open(path.dirname(file), 'r');
  await parent.sync().finally(() => parent.close());
}

async function readEntry(file: string): Promise<JournalEntry> {
  try {
    return entry.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new ExpectedError(`${file} is not an entry of the undo journal.`, {
      next: 'Remove the file; then take the stack down and up again with "quickbite down" and "quickbite up".',
      cause,
    });
  }
}

function ignoreMissing(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
