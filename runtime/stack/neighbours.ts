import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { stacksFolder } from './state-home.js';

/**
 * Where the state homes of this user on this machine know each other from: two labs with homes of their own share its ports
 * all the same, and a port whose process is down, because an experiment killed it, looks free.
 */
export const neighbourhood = (): string => join(tmpdir(), `quickbite-${userInfo().username}`);

/** Tells the other homes of this one. */
export function joinNeighbourhood(folder: string, home: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${createHash('sha256').update(home).digest('hex').slice(0, 16)}.home`), home);
}

/** The other homes that have stacks; those that are gone are forgotten. */
export function neighboursOf(folder: string, home: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.home'))
    .flatMap((name) => {
      const file = join(folder, name);
      const neighbour = read(file);
      if (neighbour === undefined || neighbour === home) return [];
      if (existsSync(stacksFolder(neighbour))) return [neighbour];
      rmSync(file, { force: true });
      return [];
    });
}

/** Undefined when another boot has just forgotten it. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
