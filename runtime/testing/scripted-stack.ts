import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceDef } from '../definitions/index.js';
import type { RuntimeContext } from '../stack/context.js';
import { findStrayProcesses } from '../launchers/stray-processes.js';

/** How a scripted process behaves; by default it listens on its port and is ready at once. */
export interface Script {
  readonly dependsOn?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** JavaScript that runs instead of listening, or before it. */
  readonly before?: string;
  readonly port?: number;
}

/** A state home and a catalogue of small Node programs, written into a temporary folder. */
export interface ScriptedStack {
  readonly context: RuntimeContext;
  /** Fails when a process outlives the test, then removes the folder. */
  dispose(): Promise<void>;
}

const LISTEN = `
import { createServer } from 'node:http';
const started = Date.now();
createServer((request, response) => {
  response.end(JSON.stringify({ pid: process.pid, started, env: process.env }));
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => process.exit(0));
`;

/** Ports far from the defaults, so that a test does not meet a stack that is up on the machine. */
let nextPort = 21_000 + (process.pid % 2000) * 10;

/** Makes processes from scripts; the names are the keys. */
export async function scriptedStack(scripts: Readonly<Record<string, Script>>): Promise<ScriptedStack> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'quickbite-runtime-')));
  await mkdir(join(root, 'home'));
  const catalogue: ServiceDef[] = [];
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(root, `${name}.mjs`), `${script.before ?? ''}\n${LISTEN}`);
    nextPort += 1;
    catalogue.push({
      kind: 'service',
      name,
      summary: name,
      port: script.port ?? nextPort,
      dependsOn: script.dependsOn ?? [],
      readiness: { type: 'http', path: '/' },
      env: { PORT: '{self.port}', ...script.env },
      entry: `${name}.mjs`,
    });
  }
  const home = join(root, 'home');
  return {
    context: { home, root, catalogue, readyTimeoutMs: 10_000 },
    dispose: async () => {
      const strays = await findStrayProcesses(join(home, 'stacks'));
      for (const { pid } of strays) process.kill(pid, 'SIGKILL');
      await rm(root, { recursive: true, force: true });
      if (strays.length > 0) throw new Error(`the test left processes behind: ${JSON.stringify(strays)}`);
    },
  };
}

/** Waits for a condition; fails after 10 s. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
