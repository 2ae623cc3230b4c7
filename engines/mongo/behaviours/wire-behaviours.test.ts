import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deserialize, serialize } from 'bson';
import { afterEach, describe, expect } from 'vitest';
import { crc32c } from '../wire/crc32c.js';
import { framed, opMsg } from '../testing/wire-messages.test.js';
import { manual, type Fixture } from './fixture.test.js';

const WIRE = 'reference/mongodb-wire-protocol';

/** The protocol below the driver. */
export function wireBehaviours({ c, db, port }: Fixture): void {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  const open = async () => {
    const socket = connect(port(), '127.0.0.1').setNoDelay(true);
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  /** Sends bytes and gives what came back until the server closed or answered. */
  const exchange = async (bytes: Buffer): Promise<Buffer> => {
    const socket = await open();
    socket.write(bytes);
    return new Promise((resolve) => {
      socket.once('data', resolve);
      socket.once('close', () => resolve(Buffer.alloc(0)));
    });
  };
  const answerOf = (bytes: Buffer) => deserialize(bytes.subarray(21));
  const isAlive = async () => expect(await db().command({ ping: 1 })).toMatchObject({ ok: 1 });

  describe('a message', () => {
    manual(WIRE, 'may carry documents beside the command, and a checksum, and come in pieces of any size', async () => {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(1, 0);
      const name = Buffer.from('documents\0');
      const documents = Buffer.concat([serialize({ _id: 1 }), serialize({ _id: 2 })]);
      const size = Buffer.alloc(4);
      size.writeInt32LE(4 + name.length + documents.length);
      const command = serialize({ insert: 'c', $db: db().databaseName });
      const body = Buffer.concat([head, Buffer.from([1]), size, name, documents, Buffer.from([0]), command]);
      const unsigned = framed(2013, body, 16 + body.length + 4);
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32LE(crc32c(unsigned));
      const socket = await open();
      for (const byte of Buffer.concat([unsigned, checksum])) socket.write(Buffer.from([byte]));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answerOf(answer)).toMatchObject({ n: 2, ok: 1 });
      expect(await c().countDocuments()).toBe(2);
    });
    manual(WIRE, 'is answered in its turn, with its own id', async () => {
      const socket = await open();
      const command = (n: number) =>
        framed(2013, opMsg({ insert: 'c', documents: [{ _id: n }], $db: db().databaseName }), undefined, n);
      socket.write(Buffer.concat([command(1), command(2), command(3)]));
      let received = Buffer.alloc(0);
      const ids: number[] = [];
      for await (const chunk of socket) {
        received = Buffer.concat([received, chunk as Buffer]);
        while (received.length >= 16 && received.length >= received.readInt32LE(0)) {
          ids.push(received.readInt32LE(8));
          received = received.subarray(received.readInt32LE(0));
        }
        if (ids.length === 3) break;
      }
      expect(ids).toEqual([1, 2, 3]);
    });
    manual(WIRE, 'that asks for no answer gets none', async () => {
      const socket = await open();
      const database = db().databaseName;
      socket.write(framed(2013, opMsg({ insert: 'c', documents: [{ _id: 1 }], $db: database }, 2), undefined, 1));
      socket.write(framed(2013, opMsg({ ping: 1, $db: database }), undefined, 2));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.readInt32LE(8)).toBe(2);
      await expect.poll(() => c().countDocuments()).toBe(1);
    });
    manual(`${WIRE}#op_query`, 'of the legacy kind is for a first hello only', async () => {
      const query = (document: object) =>
        framed(
          2004,
          Buffer.concat([
            Buffer.alloc(4),
            Buffer.from('admin.$cmd\0'),
            Buffer.alloc(4),
            Buffer.from([1, 0, 0, 0]),
            serialize(document),
          ]),
        );
      expect(deserialize((await exchange(query({ isMaster: 1 }))).subarray(36))).toMatchObject({
        ismaster: true,
        ok: 1,
      });
      expect(deserialize((await exchange(query({ find: 'c' }))).subarray(36))).toMatchObject({ ok: 0, code: 352 });
    });
    manual(WIRE, 'with broken BSON is refused, and harms nobody', async () => {
      const body = opMsg({ ping: 1, text: 'abc', $db: 'x' });
      body.writeInt32LE(500, body.indexOf('text') + 5);
      const answer = await exchange(framed(2013, body));
      if (answer.length > 0) expect(answerOf(answer)).toMatchObject({ ok: 0 });
      await isAlive();
    });
  });

  describe('connections', () => {
    for (const [what, bytes] of [
      ['a length below that of a header', framed(2013, Buffer.alloc(0), 3)],
      ['a negative length', framed(2013, Buffer.alloc(0), -5)],
      ['a length beyond 48 MB', framed(2013, Buffer.alloc(0), 2 ** 31 - 1)],
      ['an HTTP request', Buffer.from('GET /aaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: localhost\r\n\r\n')],
      ['a wrong checksum', framed(2013, Buffer.concat([opMsg({ ping: 1, $db: 'x' }, 1), Buffer.from([1, 2, 3, 4])]))],
    ] as const) {
      manual(WIRE, `with ${what} come to nothing, and harm nobody`, async () => {
        const socket = await open();
        socket.write(bytes);
        socket.end();
        socket.resume();
        await once(socket, 'close');
        await isAlive();
      });
    }
    manual('reference/limits', 'may be a thousand, idle', async () => {
      const idle = await Promise.all(Array.from({ length: 1000 }, open));
      await c().insertOne({ _id: 1 });
      expect(await c().findOne()).toEqual({ _id: 1 });
      expect(idle.filter((socket) => socket.destroyed)).toEqual([]);
    });
    manual(WIRE, 'that stop in the middle of a message keep nobody waiting', async () => {
      const whole = framed(2013, opMsg({ ping: 1, $db: 'x' }));
      const halves = await Promise.all(Array.from({ length: 50 }, open));
      for (const [index, socket] of halves.entries()) socket.write(whole.subarray(0, 1 + (index % (whole.length - 1))));
      await isAlive();
      for (const [index, socket] of halves.entries()) {
        if (index % 2 === 0) socket.end();
        else socket.resetAndDestroy();
      }
      await isAlive();
      const last = await open();
      last.write(whole.subarray(0, 20));
      await isAlive();
      last.write(whole.subarray(20));
      const [answer] = (await once(last, 'data')) as [Buffer];
      expect(answerOf(answer)).toMatchObject({ ok: 1 });
    });
    manual(WIRE, 'that do not read their answers keep nobody waiting', async () => {
      await c().insertOne({ _id: 1, text: 'x'.repeat(1 << 20) });
      const deaf = await open();
      deaf.pause();
      const find = framed(2013, opMsg({ find: 'c', $db: db().databaseName }));
      for (let n = 0; n < 500; n += 1) deaf.write(find);
      for (let n = 0; n < 20; n += 1) await isAlive();
      let read = 0;
      deaf.on('data', (chunk: Buffer) => (read += chunk.length));
      deaf.resume();
      await expect.poll(() => read, { timeout: 30_000 }).toBeGreaterThan(500 * (1 << 20));
    });
  });
}
