import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from './journal-record.js';
import type { JournalRecord } from './journal-record.js';

const RECORDS: readonly JournalRecord[] = [
  { kind: 'topology', change: { type: 'queue-declared', id: 7, name: 'kü', autoDelete: false, arguments: 'AAAAAA==' } },
  {
    kind: 'message',
    message: {
      id: 2 ** 40 + 1,
      exchange: 'é',
      routingKey: 'a.b',
      properties: Buffer.from([0x10, 0, 2]),
      body: Buffer.from('body'),
      persistent: true,
      expiration: 0,
      publishedAt: 1_700_000_000_000,
    },
    queueIds: [1, 2, 3],
  },
  {
    kind: 'message',
    message: {
      id: 1,
      exchange: '',
      routingKey: '',
      properties: Buffer.from([0, 0]),
      body: Buffer.alloc(0),
      persistent: true,
      expiration: undefined,
      publishedAt: 0,
    },
    queueIds: [1],
  },
  { kind: 'settled', queueId: 4_000_000_000, messageId: 5 },
  { kind: 'delivered', queueId: 1, messageId: 2 ** 47 },
];

describe('a journal record', () => {
  it('is read back as it was written, one after the other', () => {
    const bytes = Buffer.concat(RECORDS.flatMap(encodeRecord));
    const read: JournalRecord[] = [];
    for (let next = decodeRecord(bytes, 0); next; next = decodeRecord(bytes, next.end)) read.push(next.record);
    expect(read).toEqual(RECORDS);
  });

  it('is not read when any part of it is missing', () => {
    for (const record of RECORDS) {
      const bytes = Buffer.concat(encodeRecord(record));
      for (let length = 0; length < bytes.length; length += 1) {
        expect(decodeRecord(bytes.subarray(0, length), 0)).toBeUndefined();
      }
    }
  });

  it('is not read when any byte of its content is wrong', () => {
    for (const record of RECORDS) {
      const bytes = Buffer.concat(encodeRecord(record));
      for (let at = 4; at < bytes.length; at += 1) {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(at) ^ 0x41, at);
        expect(decodeRecord(damaged, 0)).toBeUndefined();
      }
    }
  });

  it('is not read from zeros, as a file has them after a power cut', () => {
    expect(decodeRecord(Buffer.alloc(64), 0)).toBeUndefined();
  });
});
