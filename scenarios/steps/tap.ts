import { connect } from 'amqplib';
import type { ArmRun } from '../protocol/index.js';

const EXCHANGE = 'quickbite.events';

/** A client of the broker of the story's own: hears what the services publish, and publishes itself. */
export interface Tap {
  /** The bodies of the events that it has heard, oldest first. */
  readonly heard: readonly string[];
  /** Publishes bodies as events, all at once, and returns when the broker has confirmed each. */
  publish(routingKey: string, bodies: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to the broker directly, past any proxied link.
 * @param routingKey what to hear, e.g. `order.created`
 */
export async function openTap(run: ArmRun, routingKey: string): Promise<Tap> {
  const { host } = new URL(run.url('rabbitmq'));
  const connection = await connect(`amqp://guest:guest@${host}`);
  // The broker may be killed under it: what it is asked next fails, which is for the story to handle.
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, EXCHANGE, routingKey);
  const heard: string[] = [];
  await channel.consume(queue, (message) => message && heard.push(message.content.toString()), { noAck: true });
  return {
    heard,
    async publish(key, bodies) {
      for (const body of bodies) channel.publish(EXCHANGE, key, Buffer.from(body), { persistent: true });
      await channel.waitForConfirms();
    },
    close: () => connection.close().catch(() => undefined),
  };
}
