/** Opcodes of https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/. */
export const OPCODE = { reply: 1, query: 2004, message: 2013 } as const;

const MAX_MESSAGE_BYTES = 48_000_000;
const HEADER_BYTES = 16;

/** One message as it came: the header's fields and what follows the header. */
export interface WireMessage {
  readonly requestId: number;
  readonly opcode: number;
  readonly body: Buffer;
  /** Header and body, which a checksum covers. */
  readonly whole: Buffer;
}

/** Bytes that are not the wire protocol. The connection cannot go on, because where the next message begins is unknown. */
export class ProtocolError extends Error {}

/** Cuts a byte stream into messages. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;

  /** Takes what arrived. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next message that is complete, if there is one. @throws ProtocolError for an impossible length */
  next(): WireMessage | undefined {
    if (this.#length < HEADER_BYTES) return undefined;
    const first = this.#chunks[0];
    const head = first !== undefined && first.length >= 4 ? first : this.#join();
    const length = head.readInt32LE(0);
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
      throw new ProtocolError(
        `expected a message of ${HEADER_BYTES} to ${MAX_MESSAGE_BYTES} bytes, got a length of ${length}`,
      );
    }
    if (this.#length < length) return undefined;
    const bytes = this.#join();
    const whole = bytes.subarray(0, length);
    const rest = bytes.subarray(length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return {
      requestId: whole.readInt32LE(4),
      opcode: whole.readInt32LE(12),
      body: whole.subarray(HEADER_BYTES),
      whole,
    };
  }

  #join(): Buffer {
    const [only] = this.#chunks;
    const joined = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

/** Puts a header in front of a reply's body. */
export function frame(opcode: number, responseTo: number, requestId: number, body: readonly Uint8Array[]): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  const length = body.reduce((sum, part) => sum + part.length, HEADER_BYTES);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, ...body], length);
}
