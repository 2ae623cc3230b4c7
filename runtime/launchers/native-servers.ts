import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { EngineDef, NativeServer } from '../definitions/index.js';

/** A server that is installed, and where. */
export interface FoundServer extends NativeServer {
  readonly path: string;
}

// Servers are often outside of a user's PATH: Debian puts some into sbin, Homebrew into its own prefix.
const USUAL_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/opt/homebrew/bin'];

/**
 * Finds the first installed server of an engine: on PATH, then where system packages put servers.
 * @param searchPath the value of PATH
 */
export async function findNativeServer(
  engine: EngineDef,
  searchPath: string = process.env['PATH'] ?? '',
): Promise<FoundServer | undefined> {
  if (process.platform === 'win32') return undefined;
  const folders = [...new Set([...searchPath.split(delimiter).filter(Boolean), ...USUAL_FOLDERS])];
  for (const server of engine.native) {
    const candidates = isAbsolute(server.binary)
      ? [server.binary]
      : folders.map((folder) => join(folder, server.binary));
    for (const path of candidates) {
      if (await isExecutable(path)) return { ...server, path };
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
