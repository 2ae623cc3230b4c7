import { writeFile } from 'node:fs/promises';
import { ExpectedError } from '@quickbite/runtime/errors';

/** Writes what somebody asked to have as a file. @throws ExpectedError when it cannot be written there */
export async function writeExport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new ExpectedError(`${file} could not be written.`, {
      next: 'Choose another place.',
      details: [cause instanceof Error ? cause.message : String(cause)],
      cause,
    });
  }
}
