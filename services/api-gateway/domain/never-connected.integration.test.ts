import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, LookupFunction, NetConnectOpts } from 'node:net';
import { expect, it } from 'vitest';
import { neverConnected } from './never-connected.js';

/** Nobody listens there. */
const CLOSED = 1;
const bothLoopbacks: LookupFunction = (_name, _options, found) =>
  found(null, [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]);

async function errorOf(options: NetConnectOpts): Promise<unknown> {
  const [error] = (await once(connect(options), 'error').catch((thrown: unknown) => [thrown])) as unknown[];
  return error;
}

it.each<[string, NetConnectOpts]>([
  ['a port where nobody listens', { host: '127.0.0.1', port: CLOSED }],
  ['a name that nobody has', { host: 'gone'.repeat(16), port: CLOSED }],
  ['a name with two addresses, which both refuse', { host: 'both', port: CLOSED, lookup: bothLoopbacks }],
])('knows that nothing was begun at %s', async (_, options) => {
  expect(neverConnected(await errorOf(options))).toBe(true);
});

it('does not say so of a connection that broke: what it carried may have been done', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write('a request'));
  const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as unknown[];
  server.close();
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(neverConnected(error)).toBe(false);
});
