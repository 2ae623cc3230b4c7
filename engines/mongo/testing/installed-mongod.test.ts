import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { MongoUnderTest } from '../behaviours/fixture.test.js';
import { temporaryFolder } from './spawn-server.test.js';

/** The mongod on PATH; QUICKBITE_MONGOD names another one. */
export function installedMongod(): string | undefined {
  const candidates = [process.env['QUICKBITE_MONGOD'], 'mongod'];
  return candidates.find((binary) => binary !== undefined && spawnSync(binary, ['--version']).status === 0);
}

/** Starts a standalone mongod on a free port, with data of its own. */
export async function startMongod(binary: string): Promise<MongoUnderTest> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const child = spawn(binary, ['--dbpath', folder.path, '--port', String(port), '--bind_ip', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('Waiting for connections')) continue;
    child.stdout.resume();
    const stop = async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await folder[Symbol.asyncDispose]();
    };
    return { port, [Symbol.asyncDispose]: stop };
  }
  throw new Error(`expected ${binary} to listen on ${port}, it ended before`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
