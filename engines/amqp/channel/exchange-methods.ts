import { declareExchange, deleteExchange } from '../broker/declarations.js';
import type { Handlers } from './handlers.js';

/** Class 40: declare and delete exchanges, and bind them to each other. */
export const exchangeMethods: Handlers<'exchange.declare' | 'exchange.delete' | 'exchange.bind' | 'exchange.unbind'> = {
  'exchange.declare': (channel, fields) => {
    declareExchange(channel.broker, fields);
    if (!fields.nowait) channel.send('exchange.declare-ok', {});
  },
  'exchange.delete': (channel, fields) => {
    deleteExchange(channel.broker, fields);
    if (!fields.nowait) channel.send('exchange.delete-ok', {});
  },
  'exchange.bind': (channel, fields) => {
    const destination = { kind: 'exchange', exchange: channel.exchange(fields.destination) } as const;
    const { routingKey, arguments: table } = fields;
    channel.broker.topology.bind(channel.exchange(fields.source), { destination, routingKey, arguments: table });
    if (!fields.nowait) channel.send('exchange.bind-ok', {});
  },
  'exchange.unbind': (channel, fields) => {
    const destination = { kind: 'exchange', exchange: channel.exchange(fields.destination) } as const;
    const { routingKey, arguments: table } = fields;
    channel.broker.topology.unbind(channel.exchange(fields.source), { destination, routingKey, arguments: table });
    if (!fields.nowait) channel.send('exchange.unbind-ok', {});
  },
};
