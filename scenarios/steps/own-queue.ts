import { randomUUID } from 'node:crypto';
import type { Channel } from 'amqplib';
import type { ArmRun } from '../protocol/index.js';
import { connectToBroker, EVENTS_EXCHANGE } from './events-exchange.js';

const NOT_FOUND = 404;

/** A queue of a subscriber that is away: events gather in it. Each look has a connection of its own, so the broker may restart in between. */
export interface OwnQueue {
  /** How many messages wait; undefined when there is no such queue any more. */
  depth(): Promise<number | undefined>;
  /** Takes everything that waits, oldest first; undefined when there is no such queue any more. */
  takeAll(): Promise<readonly string[] | undefined>;
  /** Deletes it; nothing happens when it is gone. */
  remove(): Promise<void>;
}

/** Declares a queue under a name of its own and binds it to the events of a kind, e.g. `order.created`. */
export async function declareOwnQueue(
  run: ArmRun,
  { routingKey, durable }: { readonly routingKey: string; readonly durable: boolean },
): Promise<OwnQueue> {
  const name = `lab.${randomUUID()}`;
  await onChannel(run, async (channel) => {
    await channel.assertQueue(name, { durable });
    await channel.bindQueue(name, EVENTS_EXCHANGE, routingKey);
  });
  return {
    depth: () => onChannel(run, async (channel) => (await channel.checkQueue(name)).messageCount),
    takeAll: () =>
      onChannel(run, async (channel) => {
        const taken: string[] = [];
        for (;;) {
          const message = await channel.get(name, { noAck: true });
          if (!message) return taken;
          taken.push(message.content.toString());
        }
      }),
    async remove() {
      await onChannel(run, (channel) => channel.deleteQueue(name));
    },
  };
}

/** @returns undefined when the queue that was asked for is not there */
async function onChannel<T>(run: ArmRun, act: (channel: Channel) => Promise<T>): Promise<T | undefined> {
  const connection = await connectToBroker(run);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    return await act(channel);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_FOUND) return undefined;
    throw error;
  } finally {
    await connection.close().catch(() => undefined);
  }
}
