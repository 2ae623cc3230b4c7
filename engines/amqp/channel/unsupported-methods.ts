import { AmqpError } from '../codec/amqp-error.js';
import type { Handlers } from './handlers.js';

const refuseTransactions = () => {
  throw new AmqpError('NOT_IMPLEMENTED', 'this broker has no transactions: use publisher confirms (confirm.select)');
};

/** Methods that exist in the protocol and that this broker answers without doing much, or refuses. */
export const unsupportedMethods: Handlers<
  'access.request' | 'channel.flow' | 'channel.flow-ok' | 'tx.select' | 'tx.commit' | 'tx.rollback'
> = {
  'access.request': (channel) => channel.send('access.request-ok', { ticket: 1 }),
  'channel.flow': (channel, { active }) => {
    if (!active) throw new AmqpError('NOT_IMPLEMENTED', 'active=false');
    channel.send('channel.flow-ok', { active });
  },
  'channel.flow-ok': () => undefined,
  'tx.select': refuseTransactions,
  'tx.commit': refuseTransactions,
  'tx.rollback': refuseTransactions,
};
