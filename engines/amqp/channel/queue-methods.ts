import { declareQueue, deleteQueue } from '../broker/declarations.js';
import type { Channel } from './channel.js';
import type { Handlers } from './handlers.js';

/** Class 50: declare, bind, purge and delete queues. */
export const queueMethods: Handlers<'queue.declare' | 'queue.bind' | 'queue.unbind' | 'queue.purge' | 'queue.delete'> =
  {
    'queue.declare': (channel, fields) => {
      const queue = declareQueue(channel.broker, channel.connection, fields);
      channel.lastQueue = queue.name;
      if (fields.nowait) return;
      const { name, messageCount, consumers } = queue;
      channel.send('queue.declare-ok', { queue: name, messageCount, consumerCount: consumers.length });
    },
    'queue.bind': (channel, fields) => {
      channel.broker.topology.bind(channel.exchange(fields.exchange), binding(channel, fields));
      if (!fields.nowait) channel.send('queue.bind-ok', {});
    },
    'queue.unbind': (channel, fields) => {
      channel.broker.topology.unbind(channel.exchange(fields.exchange), binding(channel, fields));
      channel.send('queue.unbind-ok', {});
    },
    'queue.purge': (channel, fields) => {
      const messageCount = channel.queue(fields.queue).purge();
      if (!fields.nowait) channel.send('queue.purge-ok', { messageCount });
    },
    'queue.delete': (channel, fields) => {
      const queue = fields.queue || (channel.lastQueue ?? '');
      const messageCount = deleteQueue(channel.broker, channel.connection, { ...fields, queue });
      if (!fields.nowait) channel.send('queue.delete-ok', { messageCount });
    },
  };

function binding(channel: Channel, fields: { queue: string; routingKey: string; arguments: Record<string, unknown> }) {
  const queue = channel.queue(fields.queue);
  // By the protocol, an empty queue name with an empty key binds the last queue by its name.
  const routingKey = fields.queue === '' && fields.routingKey === '' ? queue.name : fields.routingKey;
  return { destination: { kind: 'queue', queue } as const, routingKey, arguments: fields.arguments };
}
