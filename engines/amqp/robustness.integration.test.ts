import { connect as connectAmqp } from 'amqplib';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerProcess, temporaryFolder } from './broker-process.test.js';
import { expectSoon } from './expect-soon.test.js';

const HEADER = Buffer.from('AMQP\u0000\u0000\u0009\u0001', 'latin1');

function frame(type: number, channel: number, payload: Buffer, end = 206): Buffer {
  const out = Buffer.alloc(8 + payload.length);
  out.writeUInt8(type, 0);
  out.writeUInt16BE(channel, 1);
  out.writeUInt32BE(payload.length, 3);
  payload.copy(out, 7);
  out.writeUInt8(end, 7 + payload.length);
  return out;
}

function method(channel: number, classId: number, methodId: number, args = Buffer.alloc(0)): Buffer {
  const id = Buffer.alloc(4);
  id.writeUInt16BE(classId, 0);
  id.writeUInt16BE(methodId, 2);
  return frame(1, channel, Buffer.concat([id, args]));
}

const shortString = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const longString = (text: string) => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);
const uint32 = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};

const START_OK = method(
  0,
  10,
  11,
  Buffer.concat([uint32(0), shortString('PLAIN'), longString('\u0000guest\u0000guest'), shortString('en_US')]),
);
const TUNE_OK = method(0, 10, 31, Buffer.from([0, 10, 0, 2, 0, 0, 0, 0]));
const OPEN = method(0, 10, 40, Buffer.concat([shortString('/'), shortString(''), Buffer.from([0])]));
const OPEN_CHANNEL = method(1, 20, 10, shortString(''));
const PUBLISH = method(
  1,
  60,
  40,
  Buffer.concat([Buffer.from([0, 0]), shortString(''), shortString('q'), Buffer.from([0])]),
);
const OPENED = [HEADER, START_OK, TUNE_OK, OPEN, OPEN_CHANNEL];

const contentHeader = (size: bigint) => {
  const payload = Buffer.alloc(14);
  payload.writeUInt16BE(60, 0);
  payload.writeBigUInt64BE(size, 4);
  return frame(2, 1, payload);
};

/** 10,000 tables in each other. */
const NESTED = Array.from({ length: 10_000 }).reduce<Buffer>((inner) => {
  return Buffer.concat([Buffer.from([1, 97, 70]), uint32(inner.length), inner]);
}, Buffer.alloc(0));

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

  async function tcp(...bytes: Buffer[]): Promise<Socket> {
    const socket = connectTcp(broker.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(Buffer.concat(bytes));
    return socket;
  }

  /** Everything the broker says until it closes the socket. */
  async function answer(...bytes: Buffer[]): Promise<string> {
    const socket = await tcp(...bytes);
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString('latin1')));
    await once(socket, 'close');
    return said;
  }

  async function expectItServes(): Promise<void> {
    const connection = await connectAmqp(broker.url);
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    channel.sendToQueue(queue, Buffer.from('alive'));
    await expectSoon(async () => (await channel.get(queue)) !== false).toBe(true);
    await connection.close();
  }

  it('answers another protocol with the version it speaks', async () => {
    expect(await answer(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe(HEADER.toString('latin1'));
    expect(await answer(Buffer.from('AMQP\u0001\u0001\u0000\u0009', 'latin1'))).toBe(HEADER.toString('latin1'));
    await expectItServes();
  });

  it.each<[string, Buffer[], string]>([
    ['a frame with a wrong end', [...OPENED, frame(1, 1, Buffer.from([0, 60, 0, 70, 0, 0, 0, 0]), 7)], 'FRAME_ERROR'],
    ['a frame above the limit', [...OPENED, Buffer.from([1, 0, 1, 0x7f, 0xff, 0xff, 0xff])], 'FRAME_ERROR'],
    ['a frame of an unknown type', [...OPENED, frame(5, 1, Buffer.from('x'))], 'FRAME_ERROR'],
    ['a method that does not exist', [...OPENED, method(1, 99, 99)], 'NOT_IMPLEMENTED'],
    ['a method that is cut off', [...OPENED, method(1, 50, 10, Buffer.from([0, 0, 200, 97]))], 'SYNTAX_ERROR'],
    ['an empty method frame', [...OPENED, frame(1, 1, Buffer.alloc(0))], 'SYNTAX_ERROR'],
    [
      'tables nested without end',
      [
        ...OPENED,
        method(
          1,
          50,
          10,
          Buffer.concat([Buffer.from([0, 0]), shortString('q'), Buffer.from([0]), uint32(NESTED.length), NESTED]),
        ),
      ],
      'SYNTAX_ERROR',
    ],
    [
      'a channel that is not open',
      [...OPENED, method(7, 85, 10, Buffer.from([0]))],
      "CHANNEL_ERROR - expected 'channel.open'",
    ],
    ['a channel opened twice', [...OPENED, OPEN_CHANNEL], "second 'channel.open' seen"],
    ['a body without a publish', [...OPENED, frame(3, 1, Buffer.from('x'))], 'UNEXPECTED_FRAME'],
    ['a method between a publish and its content', [...OPENED, PUBLISH, PUBLISH], 'UNEXPECTED_FRAME'],
    [
      'a body longer than announced',
      [...OPENED, PUBLISH, contentHeader(1n), frame(3, 1, Buffer.from('xyz'))],
      'FRAME_ERROR',
    ],
    ['a channel method before the opening', [HEADER, START_OK, OPEN_CHANNEL], 'COMMAND_INVALID'],
    ['a handshake in the wrong order', [HEADER, OPEN], 'COMMAND_INVALID'],
    ['a transaction', [...OPENED, method(1, 90, 10)], 'NOT_IMPLEMENTED'],
  ])('refuses %s, and goes on serving', async (_what, bytes, words) => {
    expect(await answer(...bytes)).toContain(words);
    await expectItServes();
  });

  it('refuses a message above 128 MiB before it is sent', async () => {
    const socket = await tcp(...OPENED, PUBLISH, contentHeader(1n << 40n));
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString('latin1')));
    await expectSoon(() => said).toContain('is larger than configured max size 134217728');
    socket.destroy();
    await expectItServes();
  });

  it('survives random bytes after a good start', async () => {
    let seed = 42;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
    for (let round = 0; round < 50; round += 1) {
      const noise = Buffer.from(Array.from({ length: 200 }, () => random() % 256));
      const type = (random() % 3) + 1;
      const socket = await tcp(...OPENED, PUBLISH.subarray(0, round % 2 ? PUBLISH.length : 0), frame(type, 1, noise));
      socket.end();
      socket.resume();
      await once(socket, 'close');
    }
    await expectItServes();
  });

  it('is not held up by clients that connect and say nothing, or vanish in the middle', async () => {
    const silent = await Promise.all(Array.from({ length: 20 }, () => tcp(HEADER.subarray(0, 3))));
    const cut = await tcp(...OPENED, PUBLISH, contentHeader(1000n), frame(3, 1, Buffer.from('half')));
    cut.resetAndDestroy();
    await expectItServes();
    for (const socket of silent) socket.destroy();
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
