import { serialize } from 'bson';

/** A message: a header in front of a body. @param length what the header says, right or wrong */
export function framed(opcode: number, body: Buffer, length = body.length + 16, requestId = 7): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, body]);
}

/** The body of an OP_MSG of one section. */
export function opMsg(document: object, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(flags, 0);
  return Buffer.concat([head, serialize(document)]);
}
