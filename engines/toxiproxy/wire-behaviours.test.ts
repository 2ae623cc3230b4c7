import { Toxiproxy } from 'toxiproxy-node-client';
import type { Proxy, ToxicType } from 'toxiproxy-node-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StartedProcess } from './server-process.test.js';
import { connectTo, startUpstream, until } from './upstream-server.test.js';
import type { Client, UpstreamServer } from './upstream-server.test.js';

/** What a proxy of any Toxiproxy must do to bytes and connections, run against the one that `start` starts. */
export function wireBehaviours(start: () => Promise<StartedProcess>): void {
  let server: StartedProcess;
  let upstream: UpstreamServer;
  let proxy: Proxy;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    upstream = await startUpstream();
    proxy = await proxyTo(upstream);
  });
  afterEach(async () => {
    for (const each of Object.values(await new Toxiproxy(server.url).getAll())) await each.remove();
    await upstream[Symbol.asyncDispose]();
  });

  const proxyTo = ({ address }: UpstreamServer) =>
    new Toxiproxy(server.url).createProxy({
      name: `to ${address}`.replace(/\W/g, '-'),
      listen: '127.0.0.1:0',
      upstream: address,
    });
  const toxic = (
    type: ToxicType,
    attributes: Record<string, number>,
    stream: 'upstream' | 'downstream' = 'downstream',
    toxicity = 1,
  ) => proxy.addToxic({ name: `${type}-${stream}`, type, stream, toxicity, attributes });
  /** ms until the echo of a text is back. */
  const echo = async (client: Client, text = 'ping'): Promise<number> => {
    const started = performance.now();
    const before = client.received().length;
    client.socket.write(text);
    await until('the echo comes back', () => client.received().length >= before + text.length);
    return performance.now() - started;
  };
  const connections = () => upstream.sockets.length;

  describe('without toxics', () => {
    it('every byte arrives, in order, both ways', async () => {
      using client = await connectTo(proxy.listen);
      const text = Array.from({ length: 200_000 }, (_, index) => String.fromCharCode(index % 256)).join('');
      client.socket.write(Buffer.from(text, 'latin1'));
      await until('all of it comes back', () => client.received().length >= text.length);
      expect(client.received()).toBe(text);
    });

    it('the end of a client reaches the server', async () => {
      using client = await connectTo(proxy.listen);
      await until('the server has the connection', () => connections() === 1);
      client.socket.end('bye');
      await until('the echo comes back', () => client.received() === 'bye');
      await until('both sides are closed', () => connections() === 0 && client.ended() === 'closed');
    });

    it('a server that closes closes the client', async () => {
      using client = await connectTo(proxy.listen);
      await until('the server has the connection', () => connections() === 1);
      upstream.sockets[0]?.destroy();
      await until('the client sees the end', () => client.over());
    });

    it('a client that vanishes vanishes at the server', async () => {
      using client = await connectTo(proxy.listen);
      await until('the server has the connection', () => connections() === 1);
      client.socket.resetAndDestroy();
      await until('the server is told', () => connections() === 0);
    });

    it('a server that is not there closes the client', async () => {
      const { address } = upstream;
      await upstream[Symbol.asyncDispose]();
      upstream = await startUpstream();
      await proxy.remove();
      proxy = await proxyTo({ ...upstream, address });
      using client = await connectTo(proxy.listen);
      await until('the client is closed', () => client.over());
    });

    it('a client that does not read slows the server down, instead of filling the memory', async () => {
      const total = 64 * 1024 * 1024;
      let written = 0;
      await using source = await startUpstream((socket) => {
        const chunk = Buffer.alloc(64 * 1024);
        const fill = () => {
          while (written < total && socket.write(chunk)) written += chunk.length;
        };
        socket.on('drain', fill);
        fill();
      });
      proxy = await proxyTo(source);
      using client = await connectTo(proxy.listen);
      client.socket.pause();
      let before = -1;
      // It has stopped when nothing was written for a while.
      await until('the server stops writing', async () => {
        if (written === before) return true;
        before = written;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return false;
      });
      expect(written).toBeLessThan(total / 2);
      client.socket.resume();
      await until('the server writes again', () => written > before);
    });
  });

  describe('latency', () => {
    it('delays answers by what it says, on open connections and on new ones', async () => {
      using open = await connectTo(proxy.listen);
      await echo(open);
      await toxic('latency', { latency: 200, jitter: 0 });
      expect(await echo(open)).toBeGreaterThanOrEqual(195);
      using fresh = await connectTo(proxy.listen);
      expect(await echo(fresh)).toBeGreaterThanOrEqual(195);
    });

    it('of both streams adds up, and varies within its jitter', async () => {
      await toxic('latency', { latency: 100, jitter: 0 }, 'upstream');
      await toxic('latency', { latency: 100, jitter: 50 });
      using client = await connectTo(proxy.listen);
      for (let round = 0; round < 3; round += 1) expect(await echo(client)).toBeGreaterThanOrEqual(145);
    });

    it('does not limit how much is under way: what is sent together arrives together', async () => {
      await toxic('latency', { latency: 300, jitter: 0 });
      using client = await connectTo(proxy.listen);
      const started = performance.now();
      for (let index = 0; index < 10; index += 1) {
        client.socket.write('x');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await until('all are back', () => client.received().length === 10);
      expect(performance.now() - started).toBeLessThan(10 * 300);
    });

    it('is gone for connections that are open, with what it held, once it is removed', async () => {
      const slow = await toxic('latency', { latency: 60_000, jitter: 0 });
      using client = await connectTo(proxy.listen);
      client.socket.write('held');
      await until('it has reached the proxy', () => upstream.sockets[0]?.bytesRead === 4);
      await slow.remove();
      await until('what was held arrives', () => client.received() === 'held');
      expect(await echo(client)).toBeLessThan(30_000);
    });

    it('affects as many connections as its toxicity says', async () => {
      await toxic('latency', { latency: 60_000, jitter: 0 }, 'downstream', 0);
      using client = await connectTo(proxy.listen);
      expect(await echo(client)).toBeLessThan(30_000);
    });

    it('can be changed while connections are open', async () => {
      const slow = await toxic('latency', { latency: 1, jitter: 0 });
      using client = await connectTo(proxy.listen);
      await echo(client);
      await slow.update({ ...slow.toJson(), attributes: { latency: 200, jitter: 0 } });
      expect(await echo(client)).toBeGreaterThanOrEqual(195);
    });
  });

  it('bandwidth lets so many kilobytes a second through', async () => {
    await toxic('bandwidth', { rate: 100 }, 'upstream');
    using client = await connectTo(proxy.listen);
    // 60 KB at 100 KB/s take 600 ms, less what timers may be early.
    expect(await echo(client, 'x'.repeat(60_000))).toBeGreaterThanOrEqual(570);
  });

  it('bandwidth slows the sender down, instead of storing what it sends', async () => {
    await toxic('bandwidth', { rate: 1 }, 'upstream');
    using client = await connectTo(proxy.listen);
    const total = 64 * 1024 * 1024;
    client.socket.write(Buffer.alloc(total));
    await until('the proxy carries some of it', () => (upstream.sockets[0]?.bytesRead ?? 0) > 0);
    expect(client.socket.writableLength + (upstream.sockets[0]?.bytesRead ?? 0)).toBeGreaterThan(total / 2);
  });

  it('slow_close passes data at once and the end later', async () => {
    await toxic('slow_close', { delay: 300 });
    using client = await connectTo(proxy.listen);
    await echo(client);
    const started = performance.now();
    upstream.sockets[0]?.end();
    await until('the end arrives', () => client.over());
    expect(performance.now() - started).toBeGreaterThanOrEqual(290);
  });

  it('timeout swallows everything and closes the connection after its time', async () => {
    await toxic('timeout', { timeout: 200 }, 'upstream');
    using client = await connectTo(proxy.listen);
    const started = performance.now();
    client.socket.write('lost');
    await until('the connection is closed', () => client.over());
    expect(performance.now() - started).toBeGreaterThanOrEqual(190);
    expect(client.received()).toBe('');
  });

  it('timeout 0 is silence without an end, and its removal closes what it affected', async () => {
    const hole = await toxic('timeout', { timeout: 0 });
    using client = await connectTo(proxy.listen);
    client.socket.write('a question');
    await until('the question arrives', () => upstream.sockets[0]?.bytesRead === 10);
    expect([client.received(), client.ended()]).toEqual(['', undefined]);
    await hole.remove();
    await until('the connection is closed', () => client.over());
    using fresh = await connectTo(proxy.listen);
    await echo(fresh);
    expect(fresh.received()).toBe('ping');
  });

  it('reset_peer ends the connection with a reset', async () => {
    await toxic('reset_peer', { timeout: 0 }, 'upstream');
    using client = await connectTo(proxy.listen);
    client.socket.write('x');
    await until('the client is reset', () => client.ended() === 'reset');
  });

  it('slicer cuts data into pieces and loses none', async () => {
    await toxic('slicer', { average_size: 100, size_variation: 20, delay: 0 }, 'upstream');
    using client = await connectTo(proxy.listen);
    await echo(client, 'abcdefghij'.repeat(500));
    expect(client.received()).toBe('abcdefghij'.repeat(500));
  });

  it('limit_data closes the connection after so many bytes', async () => {
    await toxic('limit_data', { bytes: 5 });
    using client = await connectTo(proxy.listen);
    client.socket.write('0123456789');
    await until('the connection is closed', () => client.over());
    expect(client.received()).toBe('01234');
  });

  it('toxics of one stream work one after the other', async () => {
    await toxic('latency', { latency: 100, jitter: 0 });
    await toxic('slicer', { average_size: 10, size_variation: 2, delay: 0 });
    await toxic('limit_data', { bytes: 50 });
    using client = await connectTo(proxy.listen);
    const started = performance.now();
    client.socket.write('x'.repeat(100));
    await until('the connection is closed', () => client.over());
    expect(client.received()).toBe('x'.repeat(50));
    expect(performance.now() - started).toBeGreaterThanOrEqual(95);
  });
}
