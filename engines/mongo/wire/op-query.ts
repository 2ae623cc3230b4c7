import { frame, OPCODE, ProtocolError, type WireMessage } from './frames.js';

/** A legacy OP_QUERY, which drivers use for their first hello only. */
export interface OpQuery {
  readonly namespace: string;
  readonly body: Buffer;
}

/** Decodes an OP_QUERY. @throws ProtocolError when it is cut short */
export function decodeOpQuery({ body: message }: WireMessage): OpQuery {
  const nameEnd = message.indexOf(0, 4);
  const start = nameEnd + 1 + 8;
  const length = nameEnd !== -1 && start + 4 <= message.length ? message.readInt32LE(start) : 0;
  if (length < 5 || start + length > message.length)
    throw new ProtocolError('expected a collection name and a document in OP_QUERY, got less');
  return { namespace: message.toString('utf8', 4, nameEnd), body: message.subarray(start, start + length) };
}

/** Encodes an OP_REPLY with one document. */
export function encodeOpReply(responseTo: number, requestId: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(20);
  head.writeInt32LE(8, 0); // AwaitCapable, as mongod always sets it
  head.writeInt32LE(1, 16);
  return frame(OPCODE.reply, responseTo, requestId, [head, body]);
}
