import { AmqpError } from '../codec/amqp-error.js';
import type { ClientMethods } from '../codec/methods.js';

/** A publish with its content, complete. */
export interface PublishCommand {
  readonly fields: ClientMethods['basic.publish'];
  readonly properties: Buffer;
  readonly body: Buffer;
}

/** RabbitMQ's default of `max_message_size`, in bytes. */
const LARGEST_MESSAGE = 134_217_728;
/** Class (2), weight (2) and body size (8) come before the properties. */
const HEADER_PREFIX = 12;
/** The class of `basic.publish`, the only method of a client with content. */
const BASIC_CLASS = 60;

/** Puts the frames of a publish together: method, content header, bodies. */
export class ContentAssembler {
  #open: { fields: ClientMethods['basic.publish']; header?: { properties: Buffer; size: number } } | undefined;
  #chunks: Buffer[] = [];
  #received = 0;

  /** Throws UNEXPECTED_FRAME when a content is expected to go on, which a method frame would interrupt. */
  refuseInterruption(): void {
    if (!this.#open) return;
    if (this.#open.header) throw unexpected('expected content body, got non content body frame instead');
    throw unexpected(`expected content header for class ${BASIC_CLASS}, got non content header frame instead`);
  }

  begin(fields: ClientMethods['basic.publish']): void {
    this.#open = { fields };
  }

  /** Forgets what was begun. */
  reset(): void {
    this.#open = undefined;
    this.#chunks = [];
    this.#received = 0;
  }

  header(payload: Buffer): PublishCommand | undefined {
    if (!this.#open) throw unexpected('expected method frame, got non method frame instead');
    if (this.#open.header) this.refuseInterruption();
    if (payload.length < HEADER_PREFIX + 2) throw new AmqpError('SYNTAX_ERROR', 'content header is too short');
    const classId = payload.readUInt16BE(0);
    if (classId !== BASIC_CLASS) {
      throw unexpected(`expected content header for class ${BASIC_CLASS}, got one for class ${classId} instead`);
    }
    const size = payload.readBigUInt64BE(4);
    if (size > LARGEST_MESSAGE) {
      throw new AmqpError(
        'PRECONDITION_FAILED',
        `message size ${String(size)} is larger than configured max size ${LARGEST_MESSAGE}`,
        { method: 'basic.publish' },
      );
    }
    // A copy, because the payload is a view of what was read from the socket.
    this.#open.header = { properties: Buffer.from(payload.subarray(HEADER_PREFIX)), size: Number(size) };
    return this.#finished();
  }

  body(payload: Buffer): PublishCommand | undefined {
    if (!this.#open) throw unexpected('expected method frame, got non method frame instead');
    if (!this.#open.header) {
      throw unexpected(`expected content header for class ${BASIC_CLASS}, got non content header frame instead`);
    }
    this.#received += payload.length;
    if (this.#received > this.#open.header.size) {
      throw new AmqpError(
        'FRAME_ERROR',
        `content of ${this.#received} bytes, announced were ${this.#open.header.size}`,
      );
    }
    this.#chunks.push(payload);
    return this.#finished();
  }

  #finished(): PublishCommand | undefined {
    const open = this.#open;
    if (!open?.header || this.#received < open.header.size) return undefined;
    const command = {
      fields: open.fields,
      properties: open.header.properties,
      body: Buffer.concat(this.#chunks, this.#received),
    };
    this.reset();
    return command;
  }
}

function unexpected(why: string): AmqpError {
  return new AmqpError('UNEXPECTED_FRAME', why, { method: 'basic.publish' });
}
