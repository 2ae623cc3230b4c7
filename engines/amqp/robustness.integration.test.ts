import { connect as connectAmqp } from 'amqplib';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerProcess, temporaryFolder } from './broker-process.test.js';
import { expectSoon } from './expect-soon.test.js';
import * as raw from './testing/raw-frames.test.js';

/** 10,000 tables in each other. */
const NESTED = Array.from({ length: 10_000 }).reduce<Buffer>((inner) => {
  return Buffer.concat([Buffer.from([1, 97, 70]), raw.uint32(inner.length), inner]);
}, Buffer.alloc(0));

const DECLARE_CONSTRUCTOR = raw.method(
  1,
  40,
  10,
  raw.uint16(0),
  raw.shortString('x'),
  raw.shortString('constructor'),
  Buffer.from([0]),
  raw.uint32(0),
);

/** Memory of a process as `ps` tells it. */
function residentMegabytes(pid: number): number {
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024;
}

describe('a broker among bad clients', () => {
  const folder = temporaryFolder();
  let broker: BrokerProcess;

  beforeAll(async () => {
    broker = await BrokerProcess.start(folder.path);
  });

  afterAll(async () => {
    await broker.stop();
    folder.remove();
  });

  async function expectItServes(): Promise<void> {
    const connection = await connectAmqp(broker.url);
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    channel.sendToQueue(queue, Buffer.from('alive'));
    await expectSoon(async () => (await channel.get(queue)) !== false).toBe(true);
    await connection.close();
  }

  it.each<[string, Buffer[], string]>([
    ['a method that does not exist', [...raw.OPENED, raw.method(1, 99, 99)], 'NOT_IMPLEMENTED'],
    [
      'tables nested without end',
      [
        ...raw.OPENED,
        raw.method(
          1,
          50,
          10,
          Buffer.from([0, 0]),
          raw.shortString('q'),
          Buffer.from([0]),
          raw.uint32(NESTED.length),
          NESTED,
        ),
      ],
      'FRAME_ERROR',
    ],
    [
      'a body longer than announced',
      [...raw.OPENED, raw.publish('q'), raw.contentHeader(1n), raw.frame(3, 1, Buffer.from('xyz'))],
      'FRAME_ERROR',
    ],
    ['a channel method before the opening', [raw.HEADER, raw.startOk(), raw.openChannel()], 'COMMAND_INVALID'],
    ['a handshake in the wrong order', [raw.HEADER, raw.open()], 'COMMAND_INVALID'],
    ['another mechanism of authentication', [raw.HEADER, raw.startOk('guest', 'EXTERNAL')], 'ACCESS_REFUSED'],
    ['frames that are too small', [raw.HEADER, raw.startOk(), raw.tuneOk(10, 1000)], 'NOT_ALLOWED'],
    ['frames that are too large', [raw.HEADER, raw.startOk(), raw.tuneOk(10, 200_000)], 'NOT_ALLOWED'],
    ['a transaction', [...raw.OPENED, raw.method(1, 90, 10)], 'NOT_IMPLEMENTED'],
    ['an exchange of a type that every object has', [...raw.OPENED, DECLARE_CONSTRUCTOR], 'COMMAND_INVALID'],
  ])('refuses %s, and goes on serving', async (_what, bytes, words) => {
    expect(await raw.answerTo(broker.url, ...bytes)).toContain(words);
    await expectItServes();
  });

  it('refuses a message above 128 MiB before it is sent', async () => {
    const socket = await raw.rawSocket(broker.url, ...raw.OPENED, raw.publish('q'), raw.contentHeader(1n << 40n));
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString('latin1')));
    await expectSoon(() => said).toContain('is larger than configured max size 134217728');
    socket.destroy();
    await expectItServes();
  });

  it('keeps nothing of clients that vanish in the middle of a message', async () => {
    const half = [raw.publish('q'), raw.contentHeader(1000n), raw.frame(3, 1, Buffer.from('half'))];
    const cut = await raw.rawSocket(broker.url, ...raw.OPENED, ...half);
    cut.resetAndDestroy();
    await raw.closed(cut);
    await expectItServes();
  });

  it('hangs up on clients that connect and say nothing, or not enough', { timeout: 60_000 }, async () => {
    const started = Date.now();
    const silent = await Promise.all([
      raw.rawSocket(broker.url),
      raw.rawSocket(broker.url, raw.HEADER.subarray(0, 3)),
      raw.rawSocket(broker.url, raw.HEADER, raw.startOk()),
    ]);
    for (const socket of silent) socket.resume();
    await expectItServes();
    await Promise.all(silent.map((socket) => raw.closed(socket)));
    // The ten seconds that RabbitMQ gives to a handshake.
    expect(Date.now() - started).toBeGreaterThan(9_000);
  });

  it('carries 1,000 idle connections, and goes on when they vanish at once', async () => {
    const before = residentMegabytes(broker.pid);
    const idle = await Promise.all(Array.from({ length: 1000 }, () => raw.rawSocket(broker.url, ...raw.OPENED)));
    for (const socket of idle) socket.resume();
    await expectItServes();
    expect(residentMegabytes(broker.pid)).toBeLessThan(before + 150);
    for (const socket of idle) socket.destroy();
    await expectItServes();
  });

  it('lets go of a socket whose client closed its half only', async () => {
    const socket = await raw.rawSocket(broker.url, ...raw.OPENED);
    socket.resume();
    socket.end();
    await raw.closed(socket);
    await expectItServes();
  });

  /** A consumer in a process of its own, which can be stopped as a hanging machine would. */
  async function consumerProcess(query: string, queue: string, noAck: boolean) {
    const script = `
      const { connect } = require('amqplib');
      (async () => {
        const connection = await connect('${broker.url}?${query}');
        connection.on('error', () => process.exit(0));
        const channel = await connection.createChannel();
        let bytes = 0;
        await channel.consume('${queue}', (message) => {
          bytes += message.content.length;
          process.stdout.write(bytes + '\\n');
        }, { noAck: ${String(noAck)} });
        process.stdout.write('consuming\\n');
      })();`;
    const child = spawn(process.execPath, ['-e', script], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await expectSoon(() => output).toContain('consuming');
    return {
      pid: child.pid ?? 0,
      output: () => output,
      signal: (signal: NodeJS.Signals) => child.kill(signal),
      end: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  it('drops a client that misses its heartbeats, and gives its messages to others', async () => {
    const connection = await connectAmqp(broker.url);
    const channel = await connection.createChannel();
    await channel.assertQueue('held', { durable: false });
    channel.sendToQueue('held', Buffer.from('1'));
    const consumer = await consumerProcess('heartbeat=1', 'held', false);
    await expectSoon(() => consumer.output()).toContain('1\n');
    consumer.signal('SIGSTOP');
    const stopped = Date.now();
    const taken = async () => (await channel.get('held', { noAck: true })) || undefined;
    await expectSoon(taken).toMatchObject({ fields: { redelivered: true } });
    expect(Date.now() - stopped).toBeGreaterThan(1_000);
    await consumer.end();
    await channel.deleteQueue('held');
    await connection.close();
  });

  it('keeps messages in the queue while a consumer does not read', async () => {
    const connection = await connectAmqp(broker.url);
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('slow', { durable: false });
    const consumer = await consumerProcess('heartbeat=0', 'slow', true);
    consumer.signal('SIGSTOP');
    const body = Buffer.alloc(32 * 1024);
    for (let sent = 0; sent < 1000; sent += 1) {
      channel.sendToQueue('slow', body);
      if (sent % 100 === 0) await channel.waitForConfirms();
    }
    await channel.waitForConfirms();
    // Of 32 MB, a few go to the buffers of the sockets.
    expect((await channel.checkQueue('slow')).messageCount).toBeGreaterThan(600);
    consumer.signal('SIGCONT');
    await expectSoon(() => consumer.output()).toContain(`${String(1000 * body.length)}\n`);
    expect((await channel.checkQueue('slow')).messageCount).toBe(0);
    await consumer.end();
    await channel.deleteQueue('slow');
    await connection.close();
  });
});
