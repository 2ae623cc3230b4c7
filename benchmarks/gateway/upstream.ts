import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands behind each proxy that is measured: a server that does nothing but answer 1.5 kB of JSON. */

const body = Buffer.from(JSON.stringify({ id: '0123456789abcdef01234567', menu: 'x'.repeat(1450) }));
const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
const server = createServer((_req, res) => {
  res.writeHead(200, headers).end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ event: 'listening', port: (server.address() as AddressInfo).port })}\n`);
});
