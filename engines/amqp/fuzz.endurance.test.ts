import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzz } from '../testing/fuzz.js';
import type { Random } from '../testing/seeded-random.js';
import { BrokerProcess, temporaryFolder } from './broker-process.test.js';
import * as raw from './testing/raw-frames.test.js';

const FRAMES = 120_000;
const SEED = Number(process.env['QUICKBITE_SEED'] ?? 1);

const QUEUES = ['fuzz.a', 'fuzz.b', 'fuzz.c', ''];
const EXCHANGES = ['', 'amq.topic', 'amq.headers', 'amq.fanout', 'fuzz.x'];
const KEYS = ['fuzz.a', 'a.b', '#', '*.b', ''];
const flags = (random: Random) => Buffer.from([random.below(256)]);
const pick = (random: Random, list: readonly string[]) => raw.shortString(random.pick(list));

/** A table with fields of most types. */
function table(random: Random): Buffer {
  const fields = [
    () => [raw.shortString('x-max-length'), Buffer.from('I'), raw.uint32(random.below(20))],
    () => [raw.shortString('x-message-ttl'), Buffer.from('I'), raw.uint32(random.below(500))],
    () => [raw.shortString('x-max-priority'), Buffer.from('b'), Buffer.from([random.below(10)])],
    () => [raw.shortString('x-dead-letter-exchange'), Buffer.from('S'), raw.longString(random.pick(EXCHANGES))],
    () => [raw.shortString('x-match'), Buffer.from('S'), raw.longString('any')],
    () => [raw.shortString('CC'), Buffer.from('A'), raw.uint32(11), Buffer.from('S'), raw.longString('fuzz.b')],
    () => [raw.shortString('nested'), Buffer.from('F'), raw.uint32(3), Buffer.from([1, 97, 86])],
    () => [raw.shortString('flag'), Buffer.from('t'), Buffer.from([1])],
    () => [raw.shortString('x-death'), Buffer.from('A'), raw.uint32(0)],
  ];
  const chosen = Array.from({ length: random.below(3) }, () => random.pick(fields)()).flat();
  const bytes = Buffer.concat(chosen);
  return Buffer.concat([raw.uint32(bytes.length), bytes]);
}

/** Class and method ids with fields that make sense, for everything a client may say on a channel. */
const METHODS: readonly ((random: Random) => readonly [number, number, ...Buffer[]])[] = [
  (random) => [
    40,
    10,
    raw.uint16(0),
    pick(random, EXCHANGES),
    pick(random, ['topic', 'direct', 'headers']),
    flags(random),
    table(random),
  ],
  (random) => [40, 20, raw.uint16(0), pick(random, EXCHANGES), flags(random)],
  (random) => [
    40,
    30,
    raw.uint16(0),
    pick(random, EXCHANGES),
    pick(random, EXCHANGES),
    pick(random, KEYS),
    flags(random),
    table(random),
  ],
  (random) => [
    40,
    40,
    raw.uint16(0),
    pick(random, EXCHANGES),
    pick(random, EXCHANGES),
    pick(random, KEYS),
    flags(random),
    table(random),
  ],
  (random) => [50, 10, raw.uint16(0), pick(random, QUEUES), flags(random), table(random)],
  (random) => [
    50,
    20,
    raw.uint16(0),
    pick(random, QUEUES),
    pick(random, EXCHANGES),
    pick(random, KEYS),
    flags(random),
    table(random),
  ],
  (random) => [50, 50, raw.uint16(0), pick(random, QUEUES), pick(random, EXCHANGES), pick(random, KEYS), table(random)],
  (random) => [50, 30, raw.uint16(0), pick(random, QUEUES), flags(random)],
  (random) => [50, 40, raw.uint16(0), pick(random, QUEUES), flags(random)],
  (random) => [60, 10, raw.uint32(0), raw.uint16(random.below(5)), flags(random)],
  (random) => [60, 20, raw.uint16(0), pick(random, QUEUES), pick(random, ['', 'tag']), flags(random), table(random)],
  (random) => [60, 30, pick(random, ['', 'tag']), flags(random)],
  (random) => [60, 70, raw.uint16(0), pick(random, QUEUES), flags(random)],
  (random) => [60, 80, raw.uint32(0), raw.uint32(random.below(4)), flags(random)],
  (random) => [60, 90, raw.uint32(0), raw.uint32(random.below(4)), flags(random)],
  (random) => [60, 120, raw.uint32(0), raw.uint32(random.below(4)), flags(random)],
  () => [60, 110, Buffer.from([1])],
  (random) => [85, 10, flags(random)],
  () => [20, 10, raw.shortString('')],
  () => [20, 40, raw.uint16(200), raw.shortString('bye'), raw.uint16(0), raw.uint16(0)],
  () => [90, 10],
];

function publish(random: Random): Buffer {
  const body = random.bytes(random.below(200));
  const size = Buffer.alloc(8);
  size.writeUInt32BE(body.length, 4);
  // Headers and delivery mode; the body's size is that of the body.
  const header = [
    raw.uint16(60),
    raw.uint16(0),
    size,
    raw.uint16(0x3000),
    table(random),
    Buffer.from([1 + random.below(2)]),
  ];
  return Buffer.concat([
    raw.publish(random.pick(KEYS), random.pick(EXCHANGES), random.below(2)),
    raw.frame(2, 1, Buffer.concat(header)),
    ...(body.length > 0 ? [raw.frame(3, 1, body)] : []),
  ]);
}

/** Handshake frames, methods on a channel, publishes with content, heartbeats. */
function frames(random: Random): Buffer {
  const dice = random.below(20);
  if (dice < 8) return publish(random);
  if (dice === 8) return raw.frame(8, 0, Buffer.alloc(0));
  if (dice === 9) return random.pick([raw.HEADER, raw.startOk(), raw.tuneOk(), raw.open(), raw.openChannel()]);
  const [classId, methodId, ...fields] = random.pick(METHODS)(random);
  return raw.method(1, classId, methodId, ...fields);
}

describe('the embedded broker among malformed frames', () => {
  const folder = temporaryFolder();
  let broker: BrokerProcess;

  beforeAll(async () => {
    broker = await BrokerProcess.start(folder.path);
  });
  afterAll(async () => {
    await broker.stop();
    folder.remove();
  });

  /** Declares, publishes with a confirm, and gets the message back. */
  async function healthy(): Promise<void> {
    const connection = await connect(broker.url, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    channel.sendToQueue(queue, Buffer.from('well'), { persistent: true });
    await channel.waitForConfirms();
    const message = await channel.get(queue);
    if (!message || message.content.toString() !== 'well')
      throw new Error('expected the message back, it is not there');
    await connection.close();
  }

  it(`survives ${FRAMES} of them, answers a client that behaves, and does not grow (seed ${SEED})`, async () => {
    const report = await fuzz({
      port: broker.port,
      pid: broker.pid,
      frames,
      opening: () => Buffer.concat(raw.OPENED),
      healthy,
      count: FRAMES,
      healthyWithinMs: 20_000,
      seed: SEED,
    });
    expect(report.frames).toBeGreaterThanOrEqual(FRAMES);
    expect(report.healthChecks).toBeGreaterThan(10);
    expect(broker.failures).toEqual([]);
    process.stdout.write(`${JSON.stringify(report)}\n`);
  });
});
