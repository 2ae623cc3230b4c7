import { crc32c } from './crc32c.js';
import { frame, OPCODE, ProtocolError, type WireMessage } from './frames.js';

const FLAG = { checksumPresent: 1, moreToCome: 2 } as const;
/** Flags that a receiver may ignore are the upper sixteen; of the lower ones only these two exist. */
const REQUIRED_FLAGS = 0xffff;

/** An OP_MSG, its BSON still encoded. */
export interface OpMsg {
  /** The command document. */
  readonly body: Buffer;
  /** Documents that belong to an array field of the command but came beside it. */
  readonly sequences: ReadonlyMap<string, Buffer[]>;
  /** The client expects no answer (write concern 0). */
  readonly moreToCome: boolean;
}

/** Decodes an OP_MSG. @throws ProtocolError when its sections do not fill it exactly or its checksum is wrong */
export function decodeOpMsg({ body: message, whole }: WireMessage): OpMsg {
  if (message.length < 4) throw new ProtocolError(`expected OP_MSG flags, got ${message.length} bytes`);
  const flags = message.readUInt32LE(0);
  if ((flags & REQUIRED_FLAGS & ~(FLAG.checksumPresent | FLAG.moreToCome)) !== 0) {
    throw new ProtocolError(`expected only the OP_MSG flags 0 and 1, got ${flags.toString(2)}`);
  }
  const end = flags & FLAG.checksumPresent ? verifyChecksum(message, whole) : message.length;
  let body: Buffer | undefined;
  const sequences = new Map<string, Buffer[]>();
  for (let offset = 4; offset < end;) {
    const kind = message[offset];
    const section = sized(message, offset + 1, end);
    if (kind === 0 && body === undefined) body = section;
    else if (kind === 1) addSequence(sequences, section);
    else
      throw new ProtocolError(
        `expected one section of kind 0 and others of kind 1, got another of kind ${kind ?? 'none'}`,
      );
    offset += 1 + section.length;
  }
  if (body === undefined) throw new ProtocolError('expected a section of kind 0, got none');
  return { body, sequences, moreToCome: (flags & FLAG.moreToCome) !== 0 };
}

/** Encodes an answer as an OP_MSG of one section. */
export function encodeOpMsg(responseTo: number, requestId: number, body: Uint8Array): Buffer {
  return frame(OPCODE.message, responseTo, requestId, [Buffer.alloc(5), body]);
}

function verifyChecksum(message: Buffer, whole: Buffer): number {
  const end = message.length - 4;
  if (end < 4 || message.readUInt32LE(end) !== crc32c(whole.subarray(0, -4)))
    throw new ProtocolError('expected a valid OP_MSG checksum, got another');
  return end;
}

function addSequence(sequences: Map<string, Buffer[]>, section: Buffer): void {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd === -1) throw new ProtocolError('expected a name for a document sequence, got none');
  const documents: Buffer[] = [];
  for (let offset = nameEnd + 1; offset < section.length;) {
    const document = sized(section, offset, section.length);
    documents.push(document);
    offset += document.length;
  }
  sequences.set(section.toString('utf8', 4, nameEnd), documents);
}

/** A stretch that begins with its own length, as documents and sections do. */
function sized(bytes: Buffer, offset: number, end: number): Buffer {
  const length = offset + 4 <= end ? bytes.readInt32LE(offset) : 0;
  if (length < 5 || offset + length > end)
    throw new ProtocolError(`expected a section of 5 to ${end - offset} bytes, got a length of ${length}`);
  return bytes.subarray(offset, offset + length);
}
