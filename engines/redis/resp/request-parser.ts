import { splitInline } from './inline-command.js';

/** The limits of Redis, and a lower one on what a client may make us hold: an inbound request is kept whole in memory. */
const LIMITS = {
  arguments: 1024 * 1024,
  bulkBytes: 512 * 1024 * 1024,
  requestBytes: 256 * 1024 * 1024,
  lineBytes: 64 * 1024,
};

const CR = 13;
const LF = 10;
const ASTERISK = 42;
const DOLLAR = 36;

/** The bytes cannot be a request; the connection is answered with the text and closed. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  constructor(detail: string) {
    super(`Protocol error: ${detail}`);
  }
}

/**
 * Cuts a stream of bytes into requests: RESP arrays of bulk strings, or inline commands.
 * `feed` yields every complete request, to be taken to the end, and keeps the rest for the next chunk.
 */
export class RequestParser {
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** How many bytes the incomplete request needs at least, so that a large value is put together once, not per chunk. */
  #neededBytes = 0;

  *feed(chunk: Buffer): Generator<string[]> {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > LIMITS.requestBytes) throw new ProtocolError('request is larger than this server accepts');
    if (this.#waitingBytes < this.#neededBytes) return;
    const buffer = this.#waiting.length === 1 ? chunk : Buffer.concat(this.#waiting, this.#waitingBytes);
    const cursor = new Cursor(buffer);
    let start = 0;
    for (;;) {
      const request = start < buffer.length ? cursor.readRequest() : undefined;
      if (request === undefined) break;
      start = cursor.position;
      if (request.length > 0) yield request;
    }
    const rest = buffer.subarray(start);
    this.#waiting = rest.length > 0 ? [rest] : [];
    this.#waitingBytes = rest.length;
    this.#neededBytes = cursor.needed - start;
  }
}

class Cursor {
  position = 0;
  /** The offset that the buffer must reach before trying again makes sense. */
  needed = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /** The next request, or undefined (and the position unchanged) when it is not complete. An empty line is an empty request. */
  readRequest(): string[] | undefined {
    const start = this.position;
    const request = this.#buffer[start] === ASTERISK ? this.#readArray() : this.#readInline();
    if (request === undefined) this.position = start;
    return request;
  }

  #readArray(): string[] | undefined {
    this.position += 1;
    const count = this.#readLength('invalid multibulk length', 'too big mbulk count string', LIMITS.arguments);
    if (count === undefined) return undefined;
    const request: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const prefix = this.#buffer[this.position];
      if (prefix === undefined) return undefined;
      if (prefix !== DOLLAR) throw new ProtocolError(`expected '$', got '${printable(prefix)}'`);
      this.position += 1;
      const length = this.#readLength('invalid bulk length', 'too big bulk count string', LIMITS.bulkBytes);
      if (length === undefined) return undefined;
      if (length < 0) throw new ProtocolError('invalid bulk length');
      const end = this.position + length;
      if (end + 2 > this.#buffer.length) {
        this.needed = end + 2;
        return undefined;
      }
      request.push(this.#buffer.toString('latin1', this.position, end));
      this.position = end + 2;
    }
    return request;
  }

  #readLength(invalid: string, tooLong: string, limit: number): number | undefined {
    const buffer = this.#buffer;
    let position = this.position;
    let negative = false;
    if (buffer[position] === 45) {
      negative = true;
      position += 1;
    }
    const digits = position;
    let value = 0;
    for (;;) {
      const byte = buffer[position];
      if (byte === undefined) {
        if (position - this.position > LIMITS.lineBytes) throw new ProtocolError(tooLong);
        return undefined;
      }
      if (byte === CR) break;
      if (byte < 48 || byte > 57) throw new ProtocolError(invalid);
      value = value * 10 + (byte - 48);
      position += 1;
    }
    if (position + 1 >= buffer.length) return undefined;
    if (position === digits || value > limit) throw new ProtocolError(invalid);
    this.position = position + 2;
    return negative ? -value : value;
  }

  #readInline(): string[] | undefined {
    const end = this.#buffer.indexOf(LF, this.position);
    if (end === -1) {
      if (this.#buffer.length - this.position > LIMITS.lineBytes) throw new ProtocolError('too big inline request');
      return undefined;
    }
    const line = this.#buffer.toString(
      'latin1',
      this.position,
      this.#buffer[end - 1] === CR && end > this.position ? end - 1 : end,
    );
    this.position = end + 1;
    const words = splitInline(line);
    if (words === undefined) throw new ProtocolError('unbalanced quotes in request');
    return words;
  }
}

function printable(byte: number): string {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ' ';
}
