import { inspect } from 'node:util';
import { AmqpError } from '../codec/amqp-error.js';
import type { Table } from '../codec/methods.js';
import { wireType } from './wire-type.js';

/** The `x-` arguments of a queue, checked. Times in milliseconds, sizes in bytes. */
export interface QueueArguments {
  readonly messageTtl: number | undefined;
  readonly expires: number | undefined;
  readonly maxLength: number | undefined;
  readonly maxLengthBytes: number | undefined;
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
  /** The highest priority that is told apart; 0 for a queue without priorities. */
  readonly maxPriority: number;
  /** Only the first of its consumers gets messages. */
  readonly singleActiveConsumer: boolean;
}

const CHECKED = [
  'x-message-ttl',
  'x-expires',
  'x-max-length',
  'x-max-length-bytes',
  'x-overflow',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-max-priority',
  'x-single-active-consumer',
];

/** What only quorum queues and streams know. */
const OF_OTHER_TYPES = [
  'x-delivery-limit',
  'x-dead-letter-strategy',
  'x-max-age',
  'x-max-in-memory-length',
  'x-max-in-memory-bytes',
  'x-quorum-initial-group-size',
];
/** Types of queues that RabbitMQ has and this broker has not. */
const OTHER_TYPES = ['quorum', 'stream'];
const HIGHEST_PRIORITY = 255;

/** Parses the arguments of `queue.declare`. Throws PRECONDITION_FAILED in RabbitMQ's words, NOT_IMPLEMENTED for quorum and stream. */
export function parseQueueArguments(queue: string, table: Table): QueueArguments {
  const invalid = (name: string, why: string) =>
    new AmqpError('PRECONDITION_FAILED', `invalid arg '${name}' for queue '${queue}' in vhost '/': ${why}`);
  const integer = (name: string, least: 0 | 1) => {
    const value = table[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw invalid(name, `"expected integer, got ${wireType(value)}"`);
    }
    if (value < least) throw invalid(name, value === 0 ? '{value_zero,0}' : `{value_negative,${value}}`);
    return value;
  };
  const text = (name: string) => {
    const value = table[name];
    if (value === undefined || typeof value === 'string') return value;
    throw invalid(name, `{unacceptable_type,${wireType(value)}}`);
  };
  const flag = (name: string) => {
    const value = table[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw invalid(name, `{unacceptable_type,${wireType(value)}}`);
  };
  refuseType(queue, text('x-queue-type') ?? 'classic', invalid);
  refuseOfOtherTypes(queue, table);
  const overflow = text('x-overflow') ?? 'drop-head';
  if (overflow !== 'drop-head' && overflow !== 'reject-publish' && overflow !== 'reject-publish-dlx') {
    throw invalid('x-overflow', 'invalid_overflow');
  }
  const parsed: QueueArguments = {
    messageTtl: integer('x-message-ttl', 0),
    expires: integer('x-expires', 1),
    maxLength: integer('x-max-length', 0),
    maxLengthBytes: integer('x-max-length-bytes', 0),
    overflow,
    deadLetterExchange: text('x-dead-letter-exchange'),
    deadLetterRoutingKey: text('x-dead-letter-routing-key'),
    maxPriority: integer('x-max-priority', 0) ?? 0,
    singleActiveConsumer: flag('x-single-active-consumer'),
  };
  if (parsed.maxPriority > HIGHEST_PRIORITY) {
    throw invalid('x-max-priority', `{max_value_exceeded,${parsed.maxPriority}}`);
  }
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

type Invalid = (name: string, why: string) => AmqpError;

function refuseType(queue: string, type: string, invalid: Invalid): void {
  if (type === 'classic') return;
  if (!OTHER_TYPES.includes(type)) throw invalid('x-queue-type', `"unsupported queue type '${type}'"`);
  throw new AmqpError('NOT_IMPLEMENTED', `queue '${queue}': this broker has only classic queues, not ${type}`);
}

function refuseOfOtherTypes(queue: string, table: Table): void {
  const name = OF_OTHER_TYPES.find((argument) => table[argument] !== undefined);
  if (name === undefined) return;
  throw new AmqpError(
    'PRECONDITION_FAILED',
    `invalid arg '${name}' for queue '${queue}' in vhost '/' of queue type rabbit_classic_queue`,
  );
}

function describe(value: unknown): string {
  return value === undefined
    ? 'none'
    : `the value '${typeof value === 'string' ? value : inspect(value)}' of type '${wireType(value)}'`;
}
