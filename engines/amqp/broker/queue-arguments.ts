import { inspect } from 'node:util';
import { AmqpError } from '../codec/amqp-error.js';
import type { Table } from '../codec/methods.js';

/** The `x-` arguments of a queue, checked. Times in milliseconds, sizes in bytes. */
export interface QueueArguments {
  readonly messageTtl: number | undefined;
  readonly expires: number | undefined;
  readonly maxLength: number | undefined;
  readonly maxLengthBytes: number | undefined;
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
}

const CHECKED = [
  'x-message-ttl',
  'x-expires',
  'x-max-length',
  'x-max-length-bytes',
  'x-overflow',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
];

const UNSUPPORTED = ['x-max-priority', 'x-single-active-consumer', 'x-delivery-limit', 'x-queue-master-locator'];

/** Parses the arguments of `queue.declare`. Throws PRECONDITION_FAILED in RabbitMQ's words. */
export function parseQueueArguments(queue: string, table: Table): QueueArguments {
  refuseUnsupported(queue, table);
  const invalid = (name: string, why: string) =>
    new AmqpError('PRECONDITION_FAILED', `invalid arg '${name}' for queue '${queue}' in vhost '/': ${why}`);
  const integer = (name: string, least: 0 | 1) => {
    const value = table[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw invalid(name, `{unacceptable_type,${typeName(value)}}`);
    }
    if (value < least) throw invalid(name, value === 0 ? '{value_zero,0}' : `{value_negative,${value}}`);
    return value;
  };
  const text = (name: string) => {
    const value = table[name];
    if (value === undefined || typeof value === 'string') return value;
    throw invalid(name, `{unacceptable_type,${typeName(value)}}`);
  };
  const overflow = text('x-overflow') ?? 'drop-head';
  if (overflow !== 'drop-head' && overflow !== 'reject-publish' && overflow !== 'reject-publish-dlx') {
    throw invalid('x-overflow', `{invalid_overflow,<<"${overflow}">>}`);
  }
  const parsed: QueueArguments = {
    messageTtl: integer('x-message-ttl', 0),
    expires: integer('x-expires', 1),
    maxLength: integer('x-max-length', 0),
    maxLengthBytes: integer('x-max-length-bytes', 0),
    overflow,
    deadLetterExchange: text('x-dead-letter-exchange'),
    deadLetterRoutingKey: text('x-dead-letter-routing-key'),
  };
  if (parsed.deadLetterRoutingKey !== undefined && parsed.deadLetterExchange === undefined) {
    throw invalid('x-dead-letter-routing-key', 'routing_key_but_no_dlx_defined');
  }
  return parsed;
}

/** Throws PRECONDITION_FAILED when a queue is declared again with other arguments that change its behaviour. */
export function requireSameArguments(queue: string, current: Table, received: Table): void {
  for (const name of CHECKED) {
    if (current[name] === received[name]) continue;
    const was = describe(current[name]);
    const is = describe(received[name]);
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `inequivalent arg '${name}' for queue '${queue}' in vhost '/': received ${is} but current is ${was}`,
    );
  }
}

function refuseUnsupported(queue: string, table: Table): void {
  const type = table['x-queue-type'];
  if (type !== undefined && type !== 'classic') {
    throw new AmqpError(
      'NOT_IMPLEMENTED',
      `queue '${queue}': this broker has only classic queues, not ${inspect(type)}`,
    );
  }
  const name = UNSUPPORTED.find((argument) => table[argument] !== undefined);
  if (name)
    throw new AmqpError('NOT_IMPLEMENTED', `queue '${queue}': this broker does not support the argument ${name}`);
}

function describe(value: unknown): string {
  return value === undefined
    ? 'none'
    : `the value '${typeof value === 'string' ? value : inspect(value)}' of type '${typeName(value)}'`;
}

/** RabbitMQ's name of the wire type that amqplib chooses for a value. */
function typeName(value: unknown): string {
  if (typeof value === 'string') return 'longstr';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'number') return value === null ? 'void' : Array.isArray(value) ? 'array' : 'table';
  if (!Number.isInteger(value)) return 'double';
  if (value >= -128 && value < 128) return 'byte';
  if (value >= -32_768 && value < 32_768) return 'short';
  return value >= -2_147_483_648 && value < 2_147_483_648 ? 'signedint' : 'long';
}
