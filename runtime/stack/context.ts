import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../definitions/index.js';
import type { ProcessDef } from '../definitions/index.js';
import { createLauncher } from '../launchers/index.js';
import type { LaunchMode, Launcher } from '../launchers/index.js';
import { stateHome } from './state-home.js';

/** What booting and finding stacks depends on; passed in, so that tests can bring their own. */
export interface RuntimeContext {
  /** Folder of all state. */
  readonly home: string;
  /** The repository's root, where entry files are relative to. */
  readonly root: string;
  readonly catalogue: readonly ProcessDef[];
  /** How long a process may take to become ready, in ms. */
  readonly readyTimeoutMs: number;
}

/** The real thing: `QUICKBITE_HOME` or `~/.quickbite`, this checkout, the six services and their engines, 30 s. */
export function defaultContext(): RuntimeContext {
  return { home: stateHome(), root: repositoryRoot(), catalogue, readyTimeoutMs: 30_000 };
}

/** Who runs the stacks of a mode. */
export const launcherOf = (mode: LaunchMode, context: RuntimeContext): Launcher => createLauncher(mode, context);

function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'launcher', 'main.cjs'))) {
    if (dirname(folder) === folder) throw new Error(`no QuickBite checkout above ${fileURLToPath(import.meta.url)}`);
    folder = dirname(folder);
  }
  return folder;
}
