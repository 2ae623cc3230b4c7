import { existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { ExpectedError } from '@quickbite/runtime/errors';

/** Writes what somebody asked to have as a file. @throws ExpectedError when it cannot be written there */
export async function writeExport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch(refuse(file));
}

/** Before the work whose result is to be written; nothing is changed there. @throws ExpectedError when it could not be written */
export async function mustBeWritable(file: string): Promise<void> {
  const isNew = !existsSync(file);
  const handle = await open(file, 'a').catch(refuse(file));
  await handle.close();
  if (isNew) await rm(file);
}

const refuse =
  (file: string) =>
  (cause: unknown): never => {
    throw new ExpectedError(`${file} could not be written.`, {
      next: 'Choose another place.',
      details: [cause instanceof Error ? cause.message : String(cause)],
      cause,
    });
  };
