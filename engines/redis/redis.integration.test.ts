import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzRedis } from './fuzz-redis.test.js';
import { redisBehaviours } from './redis-behaviours.test.js';
import { EMBEDDED_ENTRY, startEmbedded } from './server-process.test.js';
import type { StartedProcess } from './server-process.test.js';

describe('the embedded Redis server', () => {
  redisBehaviours(startEmbedded);
});

describe('the embedded Redis server on the wire', () => {
  let server: StartedProcess;
  beforeAll(async () => {
    server = await startEmbedded();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = async (): Promise<Socket> => {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  /** Everything the server answers until it closes the connection. */
  const answerTo = async (bytes: string | Buffer): Promise<string> => {
    const socket = await open();
    socket.on('error', () => undefined);
    socket.write(bytes);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  };

  // An installed server answers so deeply nested that ioredis overflows its stack: not a behaviour to share.
  it('refuses the answer of a script that contains itself, and goes on', async () => {
    const redis = new Redis(server.port);
    await expect(redis.eval('local t = {} t[1] = t return t', 0)).rejects.toThrow('ERR reached lua stack limit');
    expect(await redis.eval('return 1', 0)).toBe(1);
    redis.disconnect();
  });

  it('understands commands typed on a line', async () => {
    expect(await answerTo('SET greeting "hello \\x41"\r\nGET greeting\r\n\r\nQUIT\r\n')).toBe(
      '+OK\r\n$7\r\nhello A\r\n+OK\r\n',
    );
  });

  it('understands a request that arrives byte by byte', async () => {
    const socket = await open();
    socket.setNoDelay(true);
    for (const byte of '*2\r\n$4\r\nECHO\r\n$3\r\na\r\n\r\n*1\r\n$4\r\nQUIT\r\n') {
      await new Promise((resolve) => socket.write(byte, resolve));
    }
    expect(await text(socket)).toBe('$3\r\na\r\n\r\n+OK\r\n');
  });

  it('refuses a request of more than a million words', async () => {
    expect(await answerTo('*2000000\r\n')).toBe('-ERR Protocol error: invalid multibulk length\r\n');
  });

  it('goes on through thousands of malformed requests', async () => {
    const report = await fuzzRedis(server, 3000);
    expect(report.frames).toBe(3000);
  });
});

describe('the embedded Redis server as a process', () => {
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [EMBEDDED_ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
    return { errors, code };
  };

  it('ends with code 0 on SIGTERM, with clients connected', async () => {
    await using server = await startEmbedded();
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    server.child.kill('SIGTERM');
    const [code] = (await once(server.child, 'exit')) as [number | null];
    expect(code).toBe(0);
    socket.destroy();
  });

  it('takes the limit on its memory and what to do about it as options', async () => {
    await using server = await startEmbedded('--maxmemory', '2mb', '--maxmemory-policy', 'allkeys-lru');
    const redis = new Redis(server.port);
    expect(await redis.config('GET', 'maxmemory*')).toEqual(
      expect.arrayContaining(['maxmemory', '2097152', 'maxmemory-policy', 'allkeys-lru']),
    );
    redis.disconnect();
  });

  it('says what is wrong with the limit on its memory', async () => {
    expect(await run('--port', '0', '--data', tmpdir(), '--maxmemory', 'much')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('--maxmemory than "much": argument must be a memory value') as string,
    });
  });

  it('says what is wrong with its port', async () => {
    expect(await run('--port', 'high', '--data', tmpdir())).toMatchObject({
      code: 1,
      errors: expect.stringContaining('expected --port to be a number from 0 to 65535, got "high"') as string,
    });
  });

  it('says that its port is taken', async () => {
    await using server = await startEmbedded();
    const { code, errors } = await run('--port', String(server.port), '--data', tmpdir());
    expect(code).toBe(1);
    expect(errors).toContain(`cannot listen on 127.0.0.1:${server.port}`);
    expect(errors).toContain('choose another with --port');
  });

  it('says that its data folder cannot be made', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'redis-test-'));
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    const { code, errors } = await run('--port', '0', '--data', path.join(file, 'below'));
    rmSync(folder, { recursive: true });
    expect(code).toBe(1);
    expect(errors).toContain('expected --data to be a folder that can be written');
  });
});
