import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

/**
 * What a stack left behind: processes (found by the environment that every process of ours is given, whether or not a state
 * file remembers it), folders and locks, and ports that still answer. Empty when all is clean. Linux only.
 */
export async function leftovers(options: {
  readonly home: string;
  readonly ports?: readonly number[];
}): Promise<readonly string[]> {
  const stacks = join(options.home, 'stacks');
  const folders = existsSync(stacks) ? readdirSync(stacks).map((name) => `folder ${join(stacks, name)}`) : [];
  const open = await Promise.all(
    (options.ports ?? []).map(async (port) => ((await answers(port)) ? [`port ${port}`] : [])),
  );
  return [...processesOf(options.home), ...folders, ...open.flat()];
}

/** Processes that belong to a stack under `home`, zombies left out: they are gone and wait for their parent. */
export function processesOf(home: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const environment = read(`/proc/${pid}/environ`);
      const isOurs = environment.split('\0').some((entry) => entry.startsWith(`QUICKBITE_STACK_FOLDER=${home}`));
      if (!isOurs || /\) Z /.test(read(`/proc/${pid}/stat`))) return [];
      return [`process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`];
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
