import { crc32 } from 'node:zlib';
import type { Message } from '../broker/message.js';

/**
 * One record of the journal, on disk:
 *
 *     length of payload (4) | CRC-32 of payload (4) | payload: kind (1), fields
 */
export type JournalRecord =
  | { readonly kind: 'topology'; readonly change: TopologyChange }
  | { readonly kind: 'message'; readonly message: Message; readonly queueIds: readonly number[] }
  | { readonly kind: 'settled' | 'delivered'; readonly queueId: number; readonly messageId: number };

/** Durable topology. Arguments are AMQP tables in base64. */
export type TopologyChange =
  | {
      readonly type: 'exchange-declared';
      readonly name: string;
      readonly exchangeType: string;
      readonly autoDelete: boolean;
      readonly internal: boolean;
      readonly arguments: string;
    }
  | { readonly type: 'exchange-deleted'; readonly name: string }
  | {
      readonly type: 'queue-declared';
      readonly id: number;
      readonly name: string;
      readonly autoDelete: boolean;
      readonly arguments: string;
    }
  | { readonly type: 'queue-deleted'; readonly id: number; readonly name: string }
  | ({ readonly type: 'bound' } & BindingFields)
  | ({ readonly type: 'unbound' } & BindingFields);

export interface BindingFields {
  readonly source: string;
  readonly destination: { readonly kind: 'queue' | 'exchange'; readonly name: string };
  readonly routingKey: string;
  readonly arguments: string;
}

const KINDS = { topology: 1, message: 2, settled: 3, delivered: 4 } as const;
const ENVELOPE = 8;
const ID_BYTES = 6;

/** The record as buffers to be written one after the other; a message's body is not copied. */
export function encodeRecord(record: JournalRecord): Buffer[] {
  switch (record.kind) {
    case 'topology':
      return seal([Buffer.from(`\u0001${JSON.stringify(record.change)}`)]);
    case 'message':
      return seal([messageHead(record.message, record.queueIds), record.message.properties, record.message.body]);
    case 'settled':
    case 'delivered': {
      const payload = Buffer.allocUnsafe(5 + ID_BYTES);
      payload.writeUInt8(KINDS[record.kind], 0);
      payload.writeUInt32BE(record.queueId, 1);
      payload.writeUIntBE(record.messageId, 5, ID_BYTES);
      return seal([payload]);
    }
  }
}

/**
 * The record at `offset`, or undefined when the bytes there are not a whole, intact one.
 * The buffers of a message are views of `bytes`: copy what is kept.
 */
export function decodeRecord(bytes: Buffer, offset: number): { record: JournalRecord; end: number } | undefined {
  if (offset + ENVELOPE > bytes.length) return undefined;
  const end = offset + ENVELOPE + bytes.readUInt32BE(offset);
  if (end > bytes.length || end === offset + ENVELOPE) return undefined;
  const payload = bytes.subarray(offset + ENVELOPE, end);
  if (crc32(payload) !== bytes.readUInt32BE(offset + 4)) return undefined;
  const record = decodePayload(payload);
  return record && { record, end };
}

function decodePayload(payload: Buffer): JournalRecord | undefined {
  const kind = payload.readUInt8(0);
  switch (kind) {
    case KINDS.topology:
      // Written by encodeRecord and intact by its checksum.
      return { kind: 'topology', change: JSON.parse(payload.toString('utf8', 1)) as TopologyChange };
    case KINDS.message:
      return decodeMessage(payload);
    case KINDS.settled:
    case KINDS.delivered:
      return {
        kind: kind === KINDS.settled ? 'settled' : 'delivered',
        queueId: payload.readUInt32BE(1),
        messageId: payload.readUIntBE(5, ID_BYTES),
      };
    default:
      return undefined;
  }
}

function messageHead(message: Message, queueIds: readonly number[]): Buffer {
  const exchange = Buffer.from(message.exchange);
  const routingKey = Buffer.from(message.routingKey);
  const head = Buffer.allocUnsafe(33 + exchange.length + routingKey.length + queueIds.length * 4);
  let at = head.writeUInt8(KINDS.message, 0);
  at = head.writeUIntBE(message.id, at, ID_BYTES);
  at = head.writeDoubleBE(message.publishedAt, at);
  at = head.writeDoubleBE(message.expiration ?? -1, at);
  at = head.writeUInt8(exchange.length, at);
  at += exchange.copy(head, at);
  at = head.writeUInt8(routingKey.length, at);
  at += routingKey.copy(head, at);
  at = head.writeUInt32BE(queueIds.length, at);
  for (const id of queueIds) at = head.writeUInt32BE(id, at);
  head.writeUInt32BE(message.properties.length, at);
  return head;
}

function decodeMessage(payload: Buffer): JournalRecord {
  let at = 1;
  const id = payload.readUIntBE(at, ID_BYTES);
  const publishedAt = payload.readDoubleBE((at += ID_BYTES));
  const expiration = payload.readDoubleBE((at += 8));
  at += 8;
  const shortString = () => {
    const start = at + 1;
    at = start + payload.readUInt8(at);
    return payload.toString('utf8', start, at);
  };
  const exchange = shortString();
  const routingKey = shortString();
  const count = payload.readUInt32BE(at);
  const queueIds = Array.from({ length: count }, () => payload.readUInt32BE((at += 4)));
  const propertiesLength = payload.readUInt32BE((at += 4));
  const properties = payload.subarray((at += 4), at + propertiesLength);
  const message: Message = {
    id,
    exchange,
    routingKey,
    properties,
    body: payload.subarray(at + propertiesLength),
    persistent: true,
    expiration: expiration < 0 ? undefined : expiration,
    publishedAt,
  };
  return { kind: 'message', message, queueIds };
}

function seal(payload: Buffer[]): Buffer[] {
  const envelope = Buffer.allocUnsafe(ENVELOPE);
  envelope.writeUInt32BE(
    payload.reduce((sum, part) => sum + part.length, 0),
    0,
  );
  envelope.writeUInt32BE(
    payload.reduce((crc, part) => crc32(part, crc), 0),
    4,
  );
  return [envelope, ...payload];
}
