import { crc32 } from 'node:zlib';

/**
 * The format of journals and snapshots: a magic line, then frames of
 *
 *     u32 length of what follows the checksum | u32 CRC-32 of it | u8 operation | namespace, NUL-terminated | BSON
 */
export const MAGIC = Buffer.from('quickbite-mongo 1\n');

/** What a frame says happened. The BSON holds the document, its `_id`, the options or the definition. */
const OPERATION = {
  createCollection: 1,
  dropCollection: 2,
  put: 3,
  remove: 4,
  createIndex: 5,
  dropIndex: 6,
  renameCollection: 7,
} as const;

export type Operation = keyof typeof OPERATION;

export interface Frame {
  readonly operation: Operation;
  readonly namespace: string;
  readonly bson: Uint8Array;
}

const NAMES = new Map<number, Operation>(Object.entries(OPERATION).map(([name, code]) => [code, name as Operation]));
const HEADER = 8;

/** Encodes one frame. */
export function encodeFrame({ operation, namespace, bson }: Frame): Buffer {
  const nameLength = Buffer.byteLength(namespace);
  const frame = Buffer.allocUnsafe(HEADER + 1 + nameLength + 1 + bson.length);
  frame.writeUInt8(OPERATION[operation], HEADER);
  frame.write(namespace, HEADER + 1);
  frame.writeUInt8(0, HEADER + 1 + nameLength);
  frame.set(bson, HEADER + 2 + nameLength);
  frame.writeUInt32LE(frame.length - HEADER, 0);
  frame.writeUInt32LE(crc32(frame.subarray(HEADER)), 4);
  return frame;
}

/** Decodes the frame at an offset; `undefined` where the bytes end early or their checksum does not hold. */
export function decodeFrame(bytes: Buffer, offset: number): { frame: Frame; end: number } | undefined {
  if (offset + HEADER > bytes.length) return undefined;
  const end = offset + HEADER + bytes.readUInt32LE(offset);
  if (end > bytes.length) return undefined;
  const payload = bytes.subarray(offset + HEADER, end);
  if (crc32(payload) !== bytes.readUInt32LE(offset + 4)) return undefined;
  const operation = NAMES.get(payload.readUInt8(0));
  const nameEnd = payload.indexOf(0, 1);
  if (operation === undefined || nameEnd === -1) return undefined;
  return {
    frame: { operation, namespace: payload.toString('utf8', 1, nameEnd), bson: payload.subarray(nameEnd + 1) },
    end,
  };
}
