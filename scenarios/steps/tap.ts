import type { ArmRun } from '../protocol/index.js';
import { connectToBroker, EVENTS_EXCHANGE } from './events-exchange.js';
import { everybodyOrders } from './place-order.js';

/** What a publisher asks of the broker. */
export interface PublishOptions {
  /** Messages leave their queue for its dead letters when they have waited so long. Default never. */
  readonly expiresAfterMs?: number | undefined;
}

/** A client of the broker of the story's own: hears what the services publish, and publishes itself. */
export interface Tap {
  /** The bodies of the events that it has heard, oldest first. */
  readonly heard: readonly string[];
  /** Publishes bodies as events, all at once, and returns when the broker has confirmed each. */
  publish(routingKey: string, bodies: readonly string[], options?: PublishOptions): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to the broker directly, past any proxied link.
 * @param routingKey what to hear, e.g. `order.created`
 */
export async function openTap(run: ArmRun, routingKey: string): Promise<Tap> {
  const connection = await connectToBroker(run);
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, EVENTS_EXCHANGE, routingKey);
  const heard: string[] = [];
  await channel.consume(queue, (message) => message && heard.push(message.content.toString()), { noAck: true });
  return {
    heard,
    async publish(key, bodies, { expiresAfterMs } = {}) {
      const properties = { persistent: true, ...(expiresAfterMs !== undefined && { expiration: expiresAfterMs }) };
      for (const body of bodies) channel.publish(EVENTS_EXCHANGE, key, Buffer.from(body), properties);
      await channel.waitForConfirms();
    },
    close: () => connection.close().catch(() => undefined),
  };
}

/** Services that were busy just now publish late. */
const PATIENCE_MS = 30_000;

/**
 * Has every customer order, and goes on when an event of each was heard: what a story publishes itself is made like those.
 * The tap is closed however the body ends.
 */
export async function withHeardEvents(
  run: ArmRun,
  routingKey: string,
  body: (tap: Tap, models: readonly string[]) => Promise<void>,
): Promise<void> {
  const tap = await openTap(run, routingKey);
  try {
    await everybodyOrders(run, run.cast.customers);
    const all = (): Promise<true | undefined> =>
      Promise.resolve(tap.heard.length >= run.cast.customers.length ? true : undefined);
    await run.until('their events were heard', all, PATIENCE_MS);
    await body(tap, [...tap.heard]);
  } finally {
    await tap.close();
  }
}
