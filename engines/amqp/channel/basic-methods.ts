import { wireType } from '../broker/wire-type.js';
import { AmqpError } from '../codec/amqp-error.js';
import type { Channel } from './channel.js';
import type { Handlers } from './handlers.js';
import { requeue } from './unacked.js';

/** Class 60 without publish: consume, get, and settle deliveries. */
export const basicMethods: Handlers<
  | 'basic.qos'
  | 'basic.consume'
  | 'basic.cancel'
  | 'basic.cancel-ok'
  | 'basic.get'
  | 'basic.ack'
  | 'basic.nack'
  | 'basic.reject'
  | 'basic.recover'
  | 'basic.recover-async'
> = {
  'basic.qos': (channel, { prefetchSize, prefetchCount, global }) => {
    if (prefetchSize !== 0) throw new AmqpError('NOT_IMPLEMENTED', `prefetch_size!=0 (${prefetchSize})`);
    if (global) channel.prefetch = prefetchCount;
    else channel.consumerPrefetch = prefetchCount;
    channel.send('basic.qos-ok', {});
    if (global) channel.resume();
  },
  'basic.consume': (channel, fields) => {
    const queue = channel.queue(fields.queue);
    if (channel.consumers.has(fields.consumerTag)) {
      throw new AmqpError('NOT_ALLOWED', `attempt to reuse consumer tag '${fields.consumerTag}'`);
    }
    const priority = priorityOf(fields.arguments['x-priority'], queue.name);
    const taken = queue.consumers.some((consumer) => consumer.exclusive);
    if (taken || (fields.exclusive && queue.consumers.length > 0)) {
      throw new AmqpError('ACCESS_REFUSED', `queue '${queue.name}' in vhost '/' in exclusive use`);
    }
    const { consumerTag: tag, noAck, exclusive } = fields;
    const consumer = channel.addConsumer(queue, { tag, noAck, exclusive, priority });
    if (!fields.nowait) channel.send('basic.consume-ok', { consumerTag: consumer.tag });
    queue.addConsumer(consumer);
  },
  'basic.cancel': (channel, { consumerTag, nowait }) => {
    channel.removeConsumer(consumerTag);
    if (!nowait) channel.send('basic.cancel-ok', { consumerTag });
  },
  'basic.cancel-ok': () => undefined,
  'basic.get': (channel, fields) => {
    const queue = channel.queue(fields.queue);
    const entry = queue.get(fields.noAck);
    if (!entry) {
      channel.send('basic.get-empty', {});
      return;
    }
    const deliveryTag = channel.track(queue, entry, { noAck: fields.noAck, released: () => undefined });
    const { redelivered, message } = entry;
    const { exchange, routingKey } = message;
    const { messageCount } = queue;
    channel.sendMessage('basic.get-ok', { deliveryTag, redelivered, exchange, routingKey, messageCount }, message);
  },
  'basic.ack': (channel, { deliveryTag, multiple }) => {
    for (const { queue, entry } of channel.unacked.take(deliveryTag, multiple)) queue.ack(entry);
    channel.resume();
  },
  'basic.nack': (channel, fields) => refuse(channel, fields.deliveryTag, fields.multiple, fields.requeue),
  'basic.reject': (channel, fields) => refuse(channel, fields.deliveryTag, false, fields.requeue),
  'basic.recover': (channel, fields) => {
    recover(channel, fields.requeue);
    channel.send('basic.recover-ok', {});
  },
  'basic.recover-async': (channel, fields) => recover(channel, fields.requeue),
};

function priorityOf(value: unknown, queue: string): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new AmqpError(
    'PRECONDITION_FAILED',
    `invalid arg 'x-priority' for queue '${queue}' in vhost '/': "expected integer, got ${wireType(value)}"`,
  );
}

function refuse(channel: Channel, deliveryTag: number, multiple: boolean, again: boolean): void {
  const deliveries = channel.unacked.take(deliveryTag, multiple);
  if (again) requeue(deliveries);
  else for (const { queue, entry } of deliveries) queue.reject(entry);
  channel.resume();
}

function recover(channel: Channel, again: boolean): void {
  if (!again) throw new AmqpError('NOT_IMPLEMENTED', 'requeue=false');
  requeue(channel.unacked.takeAll());
  channel.resume();
}
