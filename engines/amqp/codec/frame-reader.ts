import { parseFrame } from './amqplib-codec.js';
import type { RawFrame } from './amqplib-codec.js';

const FRAME_OVERHEAD = 8;

/** Cuts a byte stream into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #maxPayload: number;

  constructor(frameMax: number) {
    this.#maxPayload = frameMax - FRAME_OVERHEAD;
  }

  /** Sets the negotiated size of a whole frame, in bytes. */
  set frameMax(bytes: number) {
    this.#maxPayload = bytes - FRAME_OVERHEAD;
  }

  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
  }

  /** The next complete frame. Throws FRAME_ERROR for a bad end marker and for a frame above the limit. */
  next(): RawFrame | undefined {
    const frame = parseFrame(this.#rest, this.#maxPayload);
    if (frame !== undefined) this.#rest = frame.rest;
    return frame;
  }
}
