import { scrypt, scryptSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';

/**
 * A small server whose event loop can be kept busy on request:
 * `/quick` answers at once, `/stall?ms=` stands still for so long, `/ten?how=sync` hashes ten passwords and says how long it took in all,
 * `/hashing?how=sync` hashes one again and again from then on, `/delay` says how late timers were since it was last asked.
 */

/** About what OWASP asks for, so that one hash takes some tens of ms. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };
const BETWEEN_MS = 200;
const TEN = 10;

const hashLater = promisify<string, string, number, typeof COST, Buffer>(scrypt);
const hash = {
  sync: (): Promise<unknown> => Promise.resolve(scryptSync('a password', 'some salt', 32, COST)),
  async: (): Promise<unknown> => hashLater('a password', 'some salt', 32, COST),
};
const isHow = (how: string | null): how is keyof typeof hash => how === 'sync' || how === 'async';

const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();
let hashing: NodeJS.Timeout | undefined;

async function answer({ pathname, searchParams }: URL): Promise<unknown> {
  const how = searchParams.get('how');
  if (pathname === '/stall') return stall(Number(searchParams.get('ms')));
  if (pathname === '/ten' && isHow(how)) {
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: TEN }, () => hash[how]()));
    return { ms: performance.now() - startedAt };
  }
  if (pathname === '/hashing') {
    clearInterval(hashing);
    if (isHow(how)) hashing = setInterval(() => void hash[how](), BETWEEN_MS);
  }
  if (pathname === '/delay') {
    const said = { p99Ms: delays.percentile(99) / 1e6, maxMs: delays.max / 1e6, meanMs: delays.mean / 1e6 };
    delays.reset();
    return said;
  }
  return { pathname };
}

/** As a garbage collection, a long loop or a frozen machine does. */
function stall(ms: number): { readonly ms: number } {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return { ms };
}

const server = createServer((req, res) => {
  void answer(new URL(req.url ?? '/', 'http://localhost')).then((said) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ event: 'listening', port: (server.address() as AddressInfo).port })}\n`);
});
