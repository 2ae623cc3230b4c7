import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { portInLog, startProcess } from '../gateway/processes.js';

/** The small server of `targets/server.ts`, in a process of its own. */
export interface TargetServer {
  readonly url: string;
  readonly pid: number;
  /** Asks it something; the answer is what `server.ts` says of the path. */
  ask<T>(pathAndQuery: string): Promise<T>;
}

/** Starts it, and ends it whatever happens. */
export async function withServer<T>(root: string, work: (server: TargetServer) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'quickbite-bench-server-'));
  try {
    const args = [path.join(root, 'benchmarks', 'dist', 'targets', 'server.js')];
    const server = await startProcess({ name: 'server', folder, command: process.execPath, args, isUp: portInLog });
    const url = `http://127.0.0.1:${server.port}`;
    try {
      return await work({
        url,
        pid: server.pid,
        ask: async <A>(pathAndQuery: string) => (await (await fetch(`${url}${pathAndQuery}`)).json()) as A,
      });
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
