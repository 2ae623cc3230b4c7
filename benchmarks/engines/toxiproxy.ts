import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ConnectedClient, Contender, EngineBenchmark, Workload } from './benchmark.js';

/** What a plain link costs: the same echo past the proxy and through it, on the embedded Toxiproxy and on an installed one. */

const MAIN = fileURLToPath(new URL('../../../engines/dist/toxiproxy/main.js', import.meta.url));
const MESSAGE_BYTES = 100;
const MEGABYTE = 2 ** 20;

function contenders(): readonly Contender[] {
  const args = (port: number): string[] => ['--host', '127.0.0.1', '--port', String(port)];
  const embedded: Contender = {
    title: 'embedded',
    command: process.execPath,
    args: (port) => [MAIN, ...args(port)],
  };
  const { status, stdout } = spawnSync('toxiproxy-server', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return [embedded];
  return [embedded, { title: stdout.trim() || 'toxiproxy-server', command: 'toxiproxy-server', args }];
}

/** A server that sends back what it gets; it is part of the process that makes the load, and ends with it. */
async function echoServer(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function linkTo(api: number, upstream: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${api}/proxies`, {
    method: 'POST',
    body: JSON.stringify({ name: `bench-${upstream}`, listen: '127.0.0.1:0', upstream: `127.0.0.1:${upstream}` }),
  });
  if (answer.status !== 201) throw new Error(`expected a proxy to be made, got ${answer.status}`);
  const { listen } = (await answer.json()) as { listen: string };
  return Number(listen.slice(listen.lastIndexOf(':') + 1));
}

async function echoClient(port: number, bytes: number): Promise<ConnectedClient> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const message = Buffer.alloc(bytes, 'x');
  let missing = 0;
  let answered: (() => void) | undefined;
  socket.on('data', (chunk) => {
    missing -= chunk.length;
    if (missing === 0) answered?.();
  });
  return {
    once: () =>
      new Promise((resolve, reject) => {
        missing = bytes;
        answered = resolve;
        socket.once('error', reject);
        socket.write(message, () => socket.off('error', reject));
      }),
    close: async () => {
      socket.destroy();
      await once(socket, 'close');
    },
  };
}

const workload = (title: string, clients: number, bytes: number, through: boolean): Workload => ({
  title,
  clients,
  operationsPerRequest: 1,
  connect: async (port) => {
    const upstream = await echoServer();
    return echoClient(through ? await linkTo(port, upstream) : upstream, bytes);
  },
});

function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/version`).then(
    ({ ok }) => ok,
    () => false,
  );
}

export const toxiproxy: EngineBenchmark = {
  contenders,
  answers,
  workloads: [
    workload('echo of 100 bytes past the proxy, 1 client', 1, MESSAGE_BYTES, false),
    workload('echo of 100 bytes over a link, 1 client', 1, MESSAGE_BYTES, true),
    workload('echo of 100 bytes over a link, 32 clients', 32, MESSAGE_BYTES, true),
    workload('echo of 1 MB over a link, 4 clients', 4, MEGABYTE, true),
  ],
  goals: { readyMs: 250, restMb: 90 },
};
