import { createRequire } from 'node:module';
import path from 'node:path';
import { AmqpError } from './amqp-error.js';
import { METHOD_NUMBERS } from './methods.js';
import type { ClientMethod, ClientMethodName, ServerMethods, Table } from './methods.js';

/**
 * The only module that knows amqplib's codec. The package does not export it, so it is reached by path and amqplib
 * is pinned to an exact version; the interfaces below say what we rely on.
 */
interface AmqplibDefs {
  decode(id: number, payload: Buffer): object;
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
}

interface AmqplibFrame {
  parseFrame(bytes: Buffer, maxPayload: number): (RawFrame & { readonly rest: Buffer }) | false;
}

interface AmqplibTables {
  encodeTable(target: Buffer, table: Table, offset: number): number;
  decodeFields(bytes: Buffer): Table;
}

export interface RawFrame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

/** The properties that the broker looks at; the others travel untouched. */
export interface Properties {
  readonly headers?: Table | undefined;
  readonly deliveryMode?: number | undefined;
  readonly expiration?: string | undefined;
  readonly priority?: number | undefined;
  readonly userId?: string | undefined;
}

const require = createRequire(import.meta.url);
const library = path.join(path.dirname(require.resolve('amqplib')), 'lib');
const defs = require(path.join(library, 'defs.js')) as AmqplibDefs;
const frames = require(path.join(library, 'frame.js')) as AmqplibFrame;
const tables = require(path.join(library, 'codec.js')) as AmqplibTables;

const BASIC_PROPERTIES = 60;
/** Frame header (7), class, weight and body size (12) before the property flags. */
const PROPERTIES_OFFSET = 19;
const LARGEST_TABLE = 65_536;

const idOf = (numbers: readonly [number, number]) => numbers[0] * 65_536 + numbers[1];
const NAMES = new Map(
  Object.entries(METHOD_NUMBERS).map(([name, numbers]) => [idOf(numbers), name as ClientMethodName]),
);

/** The first frame of `bytes` and what follows it, or undefined when it is not complete. Throws FRAME_ERROR. */
export function parseFrame(bytes: Buffer, maxPayload: number): (RawFrame & { readonly rest: Buffer }) | undefined {
  try {
    return frames.parseFrame(bytes, maxPayload) || undefined;
  } catch (cause) {
    throw new AmqpError('FRAME_ERROR', describe(cause));
  }
}

/** Decodes the payload of a method frame. Throws FRAME_ERROR for a malformed one. */
export function decodeMethod(payload: Buffer): ClientMethod {
  if (payload.length < 4)
    throw new AmqpError('FRAME_ERROR', `method frame of ${payload.length} bytes, expected at least 4`);
  const name = NAMES.get(payload.readUInt32BE(0));
  if (name === undefined) {
    throw new AmqpError('NOT_IMPLEMENTED', `unknown method ${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`);
  }
  try {
    // The codec is generated from the specification: the fields of a method are what ClientMethods says.
    return { name, fields: defs.decode(payload.readUInt32BE(0), payload.subarray(4)) } as ClientMethod;
  } catch (cause) {
    throw new AmqpError('FRAME_ERROR', `cannot decode ${name}: ${describe(cause)}`);
  }
}

/** A whole method frame, ready to send. */
export function encodeMethod<K extends keyof ServerMethods>(
  name: K,
  channel: number,
  fields: ServerMethods[K],
): Buffer {
  return defs.encodeMethod(idOf(METHOD_NUMBERS[name]), channel, fields);
}

/** Decodes property flags and fields, as they follow the body size in a content header. Throws SYNTAX_ERROR. */
export function decodeProperties(bytes: Buffer): Properties {
  try {
    return defs.decode(BASIC_PROPERTIES, bytes);
  } catch (cause) {
    throw new AmqpError('SYNTAX_ERROR', `malformed message properties: ${describe(cause)}`);
  }
}

/** The reverse of {@link decodeProperties}. Throws RangeError when the headers take more than 64 KiB. */
export function encodeProperties(properties: Properties): Buffer {
  const frame = defs.encodeProperties(BASIC_PROPERTIES, 0, 0, properties);
  return Buffer.from(frame.subarray(PROPERTIES_OFFSET, frame.length - 1));
}

/** A table in AMQP's encoding, which keeps Buffers and tagged values that JSON would lose. */
export function encodeTable(table: Table): Buffer {
  const target = Buffer.alloc(LARGEST_TABLE);
  return Buffer.from(target.subarray(0, tables.encodeTable(target, table, 0)));
}

/** The reverse of {@link encodeTable}. */
export function decodeTable(bytes: Buffer): Table {
  return tables.decodeFields(bytes.subarray(4));
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
