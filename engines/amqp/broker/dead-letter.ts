import { isDeepStrictEqual } from 'node:util';
import { decodeProperties, encodeProperties } from '../codec/amqplib-codec.js';
import type { Table } from '../codec/methods.js';
import { copyKeys } from './copy-keys.js';
import type { Message, Publication } from './message.js';
import type { DeathReason, Queue } from './queue.js';

/** An entry of the `x-death` header: how often a message died in one queue for one reason. */
type Death = Table & { readonly queue: string; readonly reason: DeathReason; readonly count: number };

export interface DeadLetter {
  readonly publication: Publication;
  /** Whether a queue would get the message back after it went round without anybody refusing it: it is dropped there. */
  closesCircle(queue: Queue): boolean;
}

/** The message to publish to the dead-letter exchange, with its history in the headers as RabbitMQ writes it. */
export function deadLetter(queue: Queue, message: Message, reason: DeathReason, now: number): DeadLetter {
  const { deadLetterExchange = '', deadLetterRoutingKey } = queue.options.parsed;
  const properties = decodeProperties(message.properties);
  const { expiration, ...kept } = properties;
  const copies = copyKeys(properties.headers);
  const deaths = withDeath(deathsOf(properties.headers), {
    count: 1,
    ...(expiration === undefined ? {} : { 'original-expiration': expiration }),
    reason,
    queue: queue.name,
    time: { '!': 'timestamp', value: Math.floor(now / 1000) },
    exchange: message.exchange,
    'routing-keys': [message.routingKey, ...copies],
  });
  const headers = {
    'x-first-death-exchange': message.exchange,
    'x-first-death-queue': queue.name,
    'x-first-death-reason': reason,
    ...properties.headers,
    'x-last-death-exchange': message.exchange,
    'x-last-death-queue': queue.name,
    'x-last-death-reason': reason,
    'x-death': deaths.map((death) => ({ ...death, count: { '!': 'long', value: death.count } })),
  };
  return {
    publication: {
      exchange: deadLetterExchange,
      routingKey: deadLetterRoutingKey ?? message.routingKey,
      copyKeys: deadLetterRoutingKey === undefined ? copies : [],
      properties: encodeProperties({ ...kept, headers }),
      body: message.body,
      persistent: message.persistent,
      expiration: undefined,
    },
    closesCircle: (target) => reason !== 'rejected' && closesCircle(deaths, target.name),
  };
}

function closesCircle(deaths: readonly Death[], queue: string): boolean {
  const since = deaths.findIndex((death) => death.queue === queue);
  return since >= 0 && deaths.slice(0, since + 1).every((death) => death.reason !== 'rejected');
}

/** The latest death comes first; another one in the same queue for the same reason is counted. */
function withDeath(deaths: readonly Death[], latest: Death): Death[] {
  const same = (death: Death) => death.queue === latest.queue && death.reason === latest.reason;
  const known = deaths.find(same);
  const counted = known ? { ...known, count: known.count + 1 } : latest;
  return [counted, ...deaths.filter((death) => !isDeepStrictEqual(death, known))];
}

/** Clients may send anything in the header: what is not a history is ignored. */
function deathsOf(headers: Table | undefined): Death[] {
  const value = headers?.['x-death'];
  return Array.isArray(value) ? value.filter(isDeath) : [];
}

function isDeath(value: unknown): value is Death {
  if (typeof value !== 'object' || value === null) return false;
  const { queue, reason, count } = value as Table;
  return typeof queue === 'string' && typeof reason === 'string' && typeof count === 'number';
}
