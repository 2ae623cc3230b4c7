import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'bson';
import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { useServer } from './testing/server-fixture.test.js';
import { temporaryFolder } from './testing/spawn-server.test.js';
import { crc32c } from './wire/crc32c.js';

const server = useServer();

/** A frame with a header in front of a body. */
function framed(opcode: number, body: Buffer, length = body.length + 16): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, body]);
}

function opMsg(document: object, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(flags, 0);
  return Buffer.concat([head, serialize(document)]);
}

/** Sends bytes and gives what came back until the server closed or answered. */
async function exchange(bytes: Buffer): Promise<Buffer> {
  const socket = connect(server.port(), '127.0.0.1');
  socket.write(bytes);
  const answer = await new Promise<Buffer>((resolve) => {
    socket.once('data', resolve);
    socket.once('close', () => resolve(Buffer.alloc(0)));
  });
  socket.destroy();
  return answer;
}

describe('malformed messages', () => {
  const huge = framed(2013, Buffer.alloc(0), 2 ** 31 - 1);
  const cases: [string, Buffer][] = [
    ['a length below the header', framed(2013, Buffer.alloc(0), 3)],
    ['a negative length', framed(2013, Buffer.alloc(0), -5)],
    ['a length beyond the limit', huge],
    ['an unknown opcode', framed(1234, Buffer.alloc(8))],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['an OP_MSG without a section', framed(2013, Buffer.alloc(4))],
    ['a section of an unknown kind', framed(2013, Buffer.from([0, 0, 0, 0, 9, 5, 0, 0, 0, 0]))],
    ['a section longer than its message', framed(2013, Buffer.from([0, 0, 0, 0, 0, 200, 0, 0, 0, 0]))],
    ['a required flag that does not exist', framed(2013, opMsg({ ping: 1, $db: 'x' }, 4))],
    ['a wrong checksum', framed(2013, Buffer.concat([opMsg({ ping: 1, $db: 'x' }, 1), Buffer.from([1, 2, 3, 4])]))],
    ['a short OP_QUERY', framed(2004, Buffer.from([0, 0, 0, 0, 97, 0]))],
  ];
  it.each(cases)('with %s end their own connection and no other', async (_name, bytes) => {
    expect(await exchange(bytes)).toHaveLength(0);
    expect(await server.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('with broken BSON in a valid frame are answered with an error', async () => {
    const body = opMsg({ ping: 1, text: 'abc', $db: 'x' });
    body.writeInt32LE(500, body.indexOf('text') + 5);
    const answer = await exchange(framed(2013, body));
    expect(deserialize(answer.subarray(21))).toMatchObject({ ok: 0, code: 22 });
  });

  it('of random bytes never take the server down', async () => {
    let seed = 42;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31);
    for (let round = 0; round < 200; round += 1) {
      const bytes = framed(2013, opMsg({ find: 'c', filter: { a: { $gt: 1 } }, $db: 'x' }));
      for (let changes = 0; changes < 3; changes += 1) bytes[16 + (random() % (bytes.length - 16))] = random() % 256;
      await exchange(bytes);
    }
    expect(await server.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});

describe('the wire protocol', () => {
  it('takes document sequences and checksums, in pieces of any size', async () => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(1, 0);
    const name = Buffer.from('documents\0');
    const documents = Buffer.concat([serialize({ _id: 1 }), serialize({ _id: 2 })]);
    const size = Buffer.alloc(4);
    size.writeInt32LE(4 + name.length + documents.length);
    const command = serialize({ insert: 'seq', $db: server.db().databaseName });
    const body = Buffer.concat([head, Buffer.from([1]), size, name, documents, Buffer.from([0]), command]);
    const unsigned = framed(2013, body, 16 + body.length + 4);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32c(unsigned));
    const bytes = Buffer.concat([unsigned, checksum]);

    const socket = connect(server.port(), '127.0.0.1').setNoDelay(true);
    for (const byte of bytes) socket.write(Buffer.from([byte]));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(deserialize(answer.subarray(21))).toMatchObject({ n: 2, ok: 1 });
    expect(await server.db().collection('seq').countDocuments()).toBe(2);
  });

  it('gives no answer to an unacknowledged write, and does it', async () => {
    const c = server.db().collection('c');
    await c.insertOne({ a: 1 }, { writeConcern: { w: 0 } });
    await expect.poll(() => c.countDocuments()).toBe(1);
  });

  it('answers a legacy hello, and nothing else of OP_QUERY', async () => {
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
    expect(deserialize((await exchange(query({ isMaster: 1 }))).subarray(36))).toMatchObject({ ismaster: true, ok: 1 });
    expect(deserialize((await exchange(query({ find: 'c' }))).subarray(36))).toMatchObject({ ok: 0, code: 352 });
  });
});

describe('mongoose', () => {
  it('works unmodified: schemas, indexes, validation, versions, populate and sessions', async () => {
    const connection = await mongoose
      .createConnection(`mongodb://127.0.0.1:${server.port()}/${server.db().databaseName}`)
      .asPromise();
    try {
      const Restaurant = connection.model(
        'Restaurant',
        new mongoose.Schema({
          name: { type: String, unique: true },
          location: { type: { type: String }, coordinates: [Number] },
        }).index({ location: '2dsphere' }),
      );
      const Order = connection.model(
        'Order',
        new mongoose.Schema(
          {
            restaurant: { type: mongoose.Schema.Types.ObjectId, ref: 'Restaurant' },
            items: [{ sku: String, qty: Number }],
            status: String,
          },
          { timestamps: true, optimisticConcurrency: true },
        ),
      );
      await Restaurant.init();
      const restaurant = await Restaurant.create({ name: 'A', location: { type: 'Point', coordinates: [77.6, 12.9] } });
      await expect(Restaurant.create({ name: 'A' })).rejects.toMatchObject({ code: 11000 });
      const order = await Order.create({
        restaurant: restaurant._id,
        items: [{ sku: 's', qty: 1 }],
        status: 'PENDING',
      });
      const stale = await Order.findById(order._id).orFail();
      order.items[0]!.qty = 3;
      await order.save();
      stale.status = 'CANCELLED';
      await expect(stale.save()).rejects.toThrow(mongoose.Error.VersionError);
      const populated = await Order.findOne({ 'items.sku': 's' }).populate('restaurant').lean().orFail();
      expect(populated).toMatchObject({ restaurant: { name: 'A' }, items: [{ qty: 3 }] });
      expect(
        await Restaurant.find({
          location: { $near: { $geometry: { type: 'Point', coordinates: [77.6, 12.9] }, $maxDistance: 10 } },
        }),
      ).toHaveLength(1);
      expect(
        await Order.bulkWrite([
          { updateOne: { filter: { _id: order._id }, update: { $set: { status: 'X' } } } },
          { deleteOne: { filter: { status: 'X' } } },
        ]),
      ).toMatchObject({ modifiedCount: 1, deletedCount: 1 });
      await Restaurant.syncIndexes();
    } finally {
      await connection.close();
    }
  });
});

describe('the program', () => {
  const main = fileURLToPath(new URL('../dist/mongo/main.js', import.meta.url));
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [main, ...args]);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, stderr };
  };

  it('says what is wrong with its port or its data folder, and exits 1', async () => {
    await using folder = await temporaryFolder();
    expect(await run('--port', 'http', '--data', folder.path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected --port with a number') as string,
    });
    const taken = await run('--port', String(server.port()), '--data', folder.path);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('it is taken') as string });
    const file = await run('--port', '0', '--data', path.join(main, 'below-a-file'));
    expect(file).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected a data folder that can be written') as string,
    });
  });
});
