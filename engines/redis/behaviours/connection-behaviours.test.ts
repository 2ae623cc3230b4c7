import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { infoNumber, SOON } from './redis-context.test.js';
import type { RedisContext } from './redis-context.test.js';

/** Connections and their state: names, databases, protocols, MONITOR, many of them, and such as say nothing. */
export function connectionBehaviours({ redis, connect, port }: RedisContext): void {
  const open = async (): Promise<Socket> => {
    const socket = connectSocket(port(), '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };

  describe('clients', () => {
    it('are told apart by name', async () => {
      await redis().client('SETNAME', 'gateway');
      expect(await redis().client('GETNAME')).toBe('gateway');
      expect(await redis().client('LIST')).toContain('name=gateway');
    });

    it('have a database of their own choice', async () => {
      const other = await connect();
      await redis().set('k', 'zero');
      await redis().select(3);
      expect(await redis().get('k')).toBeNull();
      expect(await other.get('k')).toBe('zero');
    });

    it('are closed by CLIENT KILL', async () => {
      const victim = await connect();
      const closed = once(victim, 'close');
      expect(await redis().client('KILL', 'ID', await victim.client('ID'))).toBe(1);
      await closed;
    });

    it('are counted, with hits and misses', async () => {
      await redis().config('RESETSTAT');
      await redis().set('k', '1');
      await redis().get('k');
      await redis().get('none');
      expect(await redis().info('stats')).toMatch(/keyspace_hits:1\r\nkeyspace_misses:1\r\n/);
      expect(await infoNumber(redis(), 'connected_clients')).toBeGreaterThanOrEqual(1);
    });

    it('leave nothing behind: subscriptions, watches and transactions end with their connection', async () => {
      const gone = await connect();
      await gone.subscribe('c');
      expect(await redis().publish('c', 'x')).toBe(1);
      gone.disconnect();
      await vi.waitFor(async () => expect(await redis().publish('c', 'x')).toBe(0), SOON);
    });
  });

  describe('MONITOR', () => {
    it('shows the commands of others with their database and address, and those of scripts', async () => {
      const monitor = await redis().monitor();
      const shown: string[] = [];
      monitor.on('monitor', (_time: string, args: string[], source: string, database: string) => {
        shown.push(`${source === 'lua' ? 'script' : 'client'} in ${database}: ${args.join(' ')}`);
      });
      const other = await connect({ db: 2 });
      await other.set('k', 'a "quoted"\tvalue');
      await other.eval("return redis.call('get', KEYS[1])", 1, 'k');
      await vi.waitFor(() => expect(shown).toContain('script in 2: get k'), SOON);
      monitor.disconnect();
      expect(shown.slice(-3)).toEqual([
        'client in 2: set k a "quoted"\\tvalue',
        "client in 2: eval return redis.call('get', KEYS[1]) 1 k",
        'script in 2: get k',
      ]);
    });
  });

  describe('the protocol', () => {
    it('answers maps, sets, doubles, nulls and booleans in RESP3 after HELLO 3', async () => {
      const socket = await open();
      socket.write(
        'HELLO 3\r\nHSET h f v\r\nHGETALL h\r\nSADD s a\r\nSMEMBERS s\r\nGET none\r\nZADD z 1.5 a\r\nZSCORE z a\r\nQUIT\r\n',
      );
      const answer = await text(socket);
      expect(answer).toMatch(/^%7\r\n/);
      expect(answer).toContain('%1\r\n$1\r\nf\r\n$1\r\nv\r\n:1\r\n~1\r\n$1\r\na\r\n_\r\n:1\r\n,1.5\r\n+OK\r\n');
    });

    it('goes back to RESP2 with HELLO 2', async () => {
      const socket = await open();
      socket.write('HELLO 3\r\nHELLO 2\r\nGET none\r\nHGETALL none\r\nQUIT\r\n');
      expect(await text(socket)).toMatch(/\*14\r\n[^]*\$-1\r\n\*0\r\n\+OK\r\n$/);
    });

    it('sends messages as pushes in RESP3, and takes other commands beside them', async () => {
      const socket = await open();
      socket.write('HELLO 3\r\nSUBSCRIBE c\r\nPING\r\nPUBLISH c hello\r\nQUIT\r\n');
      const answer = await text(socket);
      expect(answer).toContain('>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n+PONG\r\n');
      expect(answer).toContain('>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$5\r\nhello\r\n');
    });

    it('answers what came before a malformed request, names what is wrong with it and closes', async () => {
      const socket = await open();
      socket.write('PING\r\n*1\r\n!\r\n');
      expect(await text(socket)).toBe("+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n");
    });

    it.each([
      ['a bulk above 512 MB', '*2\r\n$4\r\nECHO\r\n$536870913\r\n', 'invalid bulk length'],
      ['a negative bulk', '*1\r\n$-5\r\n', 'invalid bulk length'],
      ['a bulk that is no number', '*1\r\n$abc\r\n', 'invalid bulk length'],
      ['three thousand million words', '*3000000000\r\n', 'invalid multibulk length'],
      ['a line of 70 KB', 'x'.repeat(70_000), 'too big inline request'],
      ['a quote that is not closed', 'SET "a\r\n', 'unbalanced quotes in request'],
    ])('refuses %s', async (_what, bytes, detail) => {
      const socket = await open();
      socket.write(bytes);
      expect(await text(socket)).toBe(`-ERR Protocol error: ${detail}\r\n`);
    });
  });

  describe('many and silent connections', () => {
    it('serves others beside 1,000 that are idle', async () => {
      const before = await infoNumber(redis(), 'connected_clients');
      const idle = await Promise.all(Array.from({ length: 1000 }, open));
      await vi.waitFor(async () => expect(await infoNumber(redis(), 'connected_clients')).toBe(before + 1000), SOON);
      expect(await redis().set('k', 'v')).toBe('OK');
      for (const socket of idle) socket.destroy();
      await vi.waitFor(async () => expect(await infoNumber(redis(), 'connected_clients')).toBe(before), SOON);
    });

    it('serves others beside clients that stop in the middle of a request', async () => {
      const sockets = await Promise.all(Array.from({ length: 50 }, open));
      for (const [index, socket] of sockets.entries()) {
        socket.write(['*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500\r\nhalf', '*2\r\n$4', '*', 'GE'][index % 4] ?? '');
      }
      expect(await redis().get('k')).toBeNull();
      for (const socket of sockets) socket.destroy();
    });

    it('answers a client that has closed its own side, and lets it go', async () => {
      const socket = connectSocket({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
      socket.end('SET k v\r\n');
      await text(socket);
      socket.destroy();
      expect(await redis().get('k')).toBe('v');
    });

    it('answers everybody when one client does not read its answers', async () => {
      await redis().set('large', 'x'.repeat(1024 * 1024));
      const deaf = await open();
      deaf.pause();
      deaf.write('GET large\r\n'.repeat(32));
      expect(await redis().ping()).toBe('PONG');
      deaf.destroy();
    });
  });
}
