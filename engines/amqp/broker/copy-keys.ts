import { AmqpError } from '../codec/amqp-error.js';
import { encodeProperties } from '../codec/amqplib-codec.js';
import type { Properties } from '../codec/amqplib-codec.js';
import type { Table } from '../codec/methods.js';
import { wireType } from './wire-type.js';

/** Routing keys of a message beside its own: the lists in its CC and BCC headers. Throws PRECONDITION_FAILED when one is no list. */
export function copyKeys(headers: Table | undefined): readonly string[] {
  return headers === undefined ? [] : [...keysIn(headers, 'CC'), ...keysIn(headers, 'BCC')];
}

/** The properties as receivers may see them, without BCC; the given bytes when there is none. */
export function withoutBlindCopies(properties: Properties, raw: Buffer): Buffer {
  if (properties.headers?.['BCC'] === undefined) return raw;
  const { BCC: _, ...headers } = properties.headers;
  try {
    return encodeProperties({ ...properties, headers });
  } catch {
    throw new AmqpError('NOT_IMPLEMENTED', 'a BCC header beside more than 64 KiB of others', {
      method: 'basic.publish',
    });
  }
}

function keysIn(headers: Table, name: 'CC' | 'BCC'): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.filter((key) => typeof key === 'string');
  throw new AmqpError(
    'PRECONDITION_FAILED',
    `invalid message: {unacceptable_type_in_header,"${name}",${wireType(value)}}`,
    { method: 'basic.publish' },
  );
}
