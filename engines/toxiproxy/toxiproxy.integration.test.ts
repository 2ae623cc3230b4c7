import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Toxiproxy } from 'toxiproxy-node-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiBehaviours } from './api-behaviours.test.js';
import { EMBEDDED_ENTRY, startEmbedded } from './server-process.test.js';
import type { StartedProcess } from './server-process.test.js';
import { connectTo, startUpstream, until } from './upstream-server.test.js';
import { wireBehaviours } from './wire-behaviours.test.js';

describe('the API of the embedded Toxiproxy', () => {
  apiBehaviours(startEmbedded);
});

describe('the proxies of the embedded Toxiproxy', () => {
  wireBehaviours(startEmbedded);
});

describe('the embedded Toxiproxy', () => {
  let server: StartedProcess;
  beforeAll(async () => {
    server = await startEmbedded();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const proxyTo = (name: string, upstream: string) =>
    new Toxiproxy(server.url).createProxy({ name, listen: '127.0.0.1:0', upstream });

  it('passes on the end of one direction while the other goes on', async () => {
    await using upstream = await startUpstream((socket) => {
      let got = '';
      socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
      socket.once('end', () => socket.end(`all of it: ${got}`));
    });
    const { listen } = await proxyTo('half', upstream.address);
    using client = await connectTo(listen);
    client.socket.end('question');
    await until('the answer comes after the end', () => client.received() === 'all of it: question');
    await until('both are closed', () => client.ended() === 'closed' && upstream.sockets.length === 0);
  });

  it('holds 1,000 idle connections, and still carries each of them', async () => {
    await using upstream = await startUpstream();
    const { listen } = await proxyTo('crowd', upstream.address);
    const clients = await Promise.all(Array.from({ length: 1000 }, () => connectTo(listen)));
    try {
      await until('all have reached the server', () => upstream.sockets.length === 1000);
      for (const client of clients) client.socket.write('x');
      await until('all have been answered', () => clients.every((client) => client.received() === 'x'));
      const rssKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1]);
      expect(rssKb).toBeLessThan(200 * 1024);
    } finally {
      for (const client of clients) client[Symbol.dispose]();
    }
    await until('all are gone', () => upstream.sockets.length === 0);
  });

  it('does one after the other when many requests switch a proxy at the same time', async () => {
    await using upstream = await startUpstream();
    const { listen } = await proxyTo('switch', upstream.address);
    // A name takes a moment to look up: time for the next request to come in between.
    const address = listen.replace('127.0.0.1', 'localhost');
    const set = (enabled: boolean) =>
      fetch(`${server.url}/proxies/switch`, { method: 'POST', body: JSON.stringify({ enabled, listen: address }) });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => set(index % 2 === 0)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await (await set(true)).json()).toMatchObject({ enabled: true });
    expect(await (await set(false)).json()).toMatchObject({ enabled: false });
  });

  it('answers what is no HTTP with an error, and goes on', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('\u0000\u0001nonsense\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect((await fetch(`${server.url}/version`)).status).toBe(200);
  });

  it('refuses a body that is too large', async () => {
    const answer = await fetch(`${server.url}/proxies`, { method: 'POST', body: 'x'.repeat(2 * 1024 * 1024) });
    expect(answer.status).toBe(413);
  });
});

describe('the process of the embedded Toxiproxy', () => {
  it('ends with code 0 on SIGTERM, and takes its connections with it', async () => {
    await using upstream = await startUpstream();
    const server = await startEmbedded();
    const { listen } = await new Toxiproxy(server.url).createProxy({
      name: 'echo',
      listen: '127.0.0.1:0',
      upstream: upstream.address,
    });
    using client = await connectTo(listen);
    const exited = once(server.child, 'exit');
    server.child.kill('SIGTERM');
    expect((await exited)[0]).toBe(0);
    await until('the connection is gone', () => client.over());
  });

  it.each([
    [['--port', 'x'], 'expected --port to be a number from 0 to 65535, got "x"'],
    [[], 'got none'],
  ])('with %j says what was expected, and ends with code 1', async (args, words) => {
    const child = spawn(process.execPath, [EMBEDDED_ENTRY, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });

  it('says that its port is taken', async () => {
    await using server = await startEmbedded();
    const child = spawn(process.execPath, [EMBEDDED_ENTRY, '--port', String(server.port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    expect(((await once(child, 'close')) as [number])[0]).toBe(1);
    expect(stderr).toContain('choose another with --port');
  });
});
