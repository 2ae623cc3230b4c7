import type { ClientMethod, ClientMethodName } from '../codec/methods.js';
import { basicMethods } from './basic-methods.js';
import type { Channel } from './channel.js';
import { confirmMethods } from './confirm-methods.js';
import { exchangeMethods } from './exchange-methods.js';
import type { Handlers } from './handlers.js';
import { queueMethods } from './queue-methods.js';
import { unsupportedMethods } from './unsupported-methods.js';

/** The methods that act on an open channel; `basic.publish` is apart, because its content follows it. */
export type ChannelMethodName = Exclude<
  ClientMethodName,
  `connection.${string}` | 'channel.open' | 'channel.close' | 'channel.close-ok' | 'basic.publish'
>;

const HANDLERS: Handlers<ChannelMethodName> = {
  ...exchangeMethods,
  ...queueMethods,
  ...basicMethods,
  ...confirmMethods,
  ...unsupportedMethods,
};

export function isChannelMethod(method: ClientMethod): method is ClientMethod<ChannelMethodName> {
  return Object.hasOwn(HANDLERS, method.name);
}

/**
 * Does what a method asks for. What changes durable queues, exchanges or bindings is answered once it is on disk.
 * Throws AmqpError.
 */
export function dispatch<K extends ChannelMethodName>(channel: Channel, method: ClientMethod<K>): void {
  const handle = () => HANDLERS[method.name](channel, method.fields);
  if (method.name.startsWith('queue.') || method.name.startsWith('exchange.')) answerWhenDurable(channel, handle);
  else handle();
}

function answerWhenDurable(channel: Channel, handle: () => void): void {
  const { broker } = channel;
  const before = broker.durableChanges;
  const release = channel.hold();
  try {
    handle();
  } finally {
    if (broker.durableChanges === before) release();
    else broker.whenDurable(release);
  }
}
