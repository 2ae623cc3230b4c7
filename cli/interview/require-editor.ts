import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';

/**
 * The prompt that opens the editor would ask for ever to be allowed to try again.
 * @throws ExpectedError when there is no such program
 */
export function requireEditor(env: NodeJS.ProcessEnv): void {
  if (process.platform === 'win32') return;
  const named = (['VISUAL', 'EDITOR'] as const).find((name) => env[name]);
  // What the prompt takes when nothing is named.
  const command = (named && env[named]) ?? 'vim';
  const [, quoted, bare = ''] = /^"([^"]+)"|^(\S+)/.exec(command) ?? [];
  if (isThere(quoted ?? bare, env['PATH'] ?? '')) return;
  throw new ExpectedError(
    named ? `The editor "${command}" (${named}) is not there.` : 'No editor is named, and vim is not there.',
    { next: 'Name one, e.g. EDITOR=nano, or answer with "--answer typed".', exitCode: 2 },
  );
}

function isThere(program: string, searchPath: string): boolean {
  const candidates = program.includes(path.sep)
    ? [program]
    : searchPath.split(path.delimiter).map((folder) => path.join(folder, program));
  return candidates.some((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
