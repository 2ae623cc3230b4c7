import { copyKeys, withoutBlindCopies } from '../broker/copy-keys.js';
import { AmqpError } from '../codec/amqp-error.js';
import { decodeProperties } from '../codec/amqplib-codec.js';
import type { Channel } from './channel.js';
import type { PublishCommand } from './content-assembler.js';

const PERSISTENT = 2;

/** `basic.publish` with its content: routes, returns what was mandatory and reached no queue, confirms. */
export function publish(channel: Channel, { fields, properties: raw, body }: PublishCommand): void {
  const { exchange, routingKey } = fields;
  if (fields.immediate) throw new AmqpError('NOT_IMPLEMENTED', 'immediate=true', { method: 'basic.publish' });
  if (exchange !== '' && channel.broker.topology.exchange(exchange).options.internal) {
    throw new AmqpError('ACCESS_REFUSED', `cannot publish to internal exchange '${exchange}' in vhost '/'`);
  }
  const properties = decodeProperties(raw);
  checkUser(channel, properties.userId);
  const expiration = parseExpiration(properties.expiration);
  const publication = {
    exchange,
    routingKey,
    copyKeys: copyKeys(properties.headers),
    properties: withoutBlindCopies(properties, raw),
    body,
    persistent: properties.deliveryMode === PERSISTENT,
    expiration,
  };
  const tag = channel.confirms?.next();
  const outcome = channel.broker.publish(publication);
  if (fields.mandatory && outcome.queues === 0) {
    const reason = { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey };
    channel.sendMessage('basic.return', reason, { properties: raw, body });
  }
  if (tag === undefined) return;
  if (outcome.refused) channel.confirms?.nack(tag);
  else if (outcome.stored) channel.broker.whenDurable(() => channel.confirms?.ack(tag));
  else channel.confirms?.ack(tag);
}

function checkUser(channel: Channel, userId: string | undefined): void {
  const { user } = channel.connection;
  if (userId === undefined || userId === user) return;
  throw new AmqpError(
    'PRECONDITION_FAILED',
    `user_id property set to '${userId}' but authenticated user was '${user}'`,
    { method: 'basic.publish' },
  );
}

function parseExpiration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AmqpError('PRECONDITION_FAILED', `invalid expiration '${text}': expected whole milliseconds as a string`, {
    method: 'basic.publish',
  });
}
