import type { Channel, ChannelModel } from 'amqplib';
import { setTimeout as pause } from 'node:timers/promises';
import { withRabbit } from './clients.js';
import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const BACKLOG = 100;
const MESSAGES = 20;
const SPIN_MS = 1_000;
/** Nothing is handled in this time that would be handled at all. */
const PATIENCE_MS = 1_000;

export const brokerDeliveries: Probe = {
  id: 'broker-deliveries',
  question: 'How often is a message delivered, to whom, and where does a rejected one go?',
  engines: ['rabbitmq'],
  figures: {
    'share-no-limit': 'what a second consumer gets of a backlog, in percent, with no prefetch',
    'share-prefetch-10': 'the same, with a prefetch of 10',
    'share-prefetch-1': 'the same, with a prefetch of 1',
    'attempts-with-requeue': 'attempts at one message that always fails, in a second, with requeue',
    'handled-behind-it': 'messages handled behind it meanwhile, of ten, with a prefetch of 1',
    'effects-after-lost-ack': 'times that the work of a message was done whose consumer died before its ack',
    'effects-after-lost-ack-idempotent': 'the same, when the consumer remembers what it has done',
    'redelivered-manual-ack': `messages delivered again of ${String(MESSAGES)} that a dead consumer had in work, with manual acks`,
    'redelivered-auto-ack': 'the same, with automatic acks',
    'dead-letters-without-queue': `rejected messages that can be found again of ${String(MESSAGES)}, with x-dead-letter-exchange alone`,
    'dead-letters-with-queue': 'the same, with the exchange declared and a queue bound to it',
  },
  measure: (lab) =>
    withRabbit(lab, async (connection) => {
      const again = async (noAck: boolean): Promise<number> =>
        (await afterDeath(() => withRabbitBeside(lab), noAck)).length;
      return measurementOf({
        'share-no-limit': counted(await shareOfSecond(connection, 0), BACKLOG, '%'),
        'share-prefetch-10': counted(await shareOfSecond(connection, 10), BACKLOG, '%'),
        'share-prefetch-1': counted(await shareOfSecond(connection, 1), BACKLOG, '%'),
        ...(await poison(connection)),
        ...(await effects(connection, () => withRabbitBeside(lab))),
        'redelivered-manual-ack': counted(await again(false), MESSAGES),
        'redelivered-auto-ack': counted(await again(true), MESSAGES),
        'dead-letters-without-queue': counted(await deadLetters(connection, false), MESSAGES),
        'dead-letters-with-queue': counted(await deadLetters(connection, true), MESSAGES),
      });
    }),
};

/** A connection that can be cut like that of a process that dies. */
interface Mortal {
  readonly connection: ChannelModel;
  die(): void;
}

async function withRabbitBeside(lab: Parameters<Probe['measure']>[0]): Promise<Mortal> {
  const { connect } = await import('amqplib');
  const connection = await connect(lab.engine('rabbitmq').url);
  connection.on('error', () => undefined);
  const { stream } = connection.connection as unknown as { stream: { destroy(): void } };
  return { connection, die: () => stream.destroy() };
}

/** A queue of its own with messages in it, removed after the work. */
async function withQueue<T>(
  connection: ChannelModel,
  messages: number,
  work: (channel: Channel, queue: string) => Promise<T>,
  options: Record<string, unknown> = {},
): Promise<T> {
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { durable: false, autoDelete: false, arguments: options });
  try {
    for (let n = 0; n < messages; n += 1) channel.sendToQueue(queue, Buffer.from(String(n)));
    await channel.waitForConfirms();
    return await work(channel, queue);
  } finally {
    await channel.deleteQueue(queue);
    await channel.close();
  }
}

/** A backlog waits, one consumer comes, then a second one; each takes 2 ms for a message. @returns the share of the second, in % */
const shareOfSecond = (connection: ChannelModel, prefetch: number): Promise<number> =>
  withQueue(connection, BACKLOG, async (_, queue) => {
    const handled = [0, 0];
    const consumer = async (n: 0 | 1): Promise<Channel> => {
      const channel = await connection.createChannel();
      if (prefetch > 0) await channel.prefetch(prefetch);
      let work = Promise.resolve();
      await channel.consume(queue, (message) => {
        if (!message) return;
        work = work.then(async () => {
          await pause(2);
          handled[n] = (handled[n] ?? 0) + 1;
          channel.ack(message);
        });
      });
      return channel;
    };
    const channels = [await consumer(0)];
    // The first has what it may have before the second is there.
    await pause(20);
    channels.push(await consumer(1));
    await settled(() => (handled[0] ?? 0) + (handled[1] ?? 0), BACKLOG);
    for (const channel of channels) await channel.close();
    return (100 * (handled[1] ?? 0)) / BACKLOG;
  });

/** The first message always fails and is put back; ten wait behind it. */
const poison = (connection: ChannelModel) =>
  withQueue(connection, 11, async (channel, queue) => {
    await channel.prefetch(1);
    let [attempts, handled] = [0, 0];
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (!message) return;
      if (message.content.toString() === '0') {
        attempts += 1;
        channel.nack(message, false, true);
      } else {
        handled += 1;
        channel.ack(message);
      }
    });
    await pause(SPIN_MS);
    const figures = { 'attempts-with-requeue': counted(attempts, 1), 'handled-behind-it': counted(handled, 10) };
    await channel.cancel(consumerTag);
    return figures;
  });

async function effects(connection: ChannelModel, beside: () => Promise<Mortal>) {
  const done = async (remembers: boolean): Promise<number> => {
    const seen = new Set<string>();
    let effect = 0;
    const handle = (id: string): void => {
      if (remembers && seen.has(id)) return;
      seen.add(id);
      effect += 1;
    };
    await withQueue(connection, 1, async (channel, queue) => {
      const first = await beside();
      const dying = await first.connection.createChannel();
      const died = new Promise<void>((resolve) => {
        void dying.consume(queue, (message) => {
          if (!message) return;
          handle(message.content.toString());
          first.die();
          resolve();
        });
      });
      await died;
      const second = await settledMessage(channel, queue);
      if (second !== undefined) handle(second);
    });
    return effect;
  };
  return {
    'effects-after-lost-ack': counted(await done(false), 1),
    'effects-after-lost-ack-idempotent': counted(await done(true), 1),
  };
}

/** A consumer dies with every message in its hands. @returns what another one gets */
async function afterDeath(beside: () => Promise<Mortal>, noAck: boolean): Promise<readonly string[]> {
  const survivor = await beside();
  try {
    return await withQueue(survivor.connection, MESSAGES, async (channel, queue) => {
      const mortal = await beside();
      const dying = await mortal.connection.createChannel();
      let got = 0;
      await dying.consume(queue, () => (got += 1), { noAck });
      await settled(() => got, MESSAGES);
      mortal.die();
      const again: string[] = [];
      for (let id = await settledMessage(channel, queue); id !== undefined; id = await settledMessage(channel, queue))
        again.push(id);
      return again;
    });
  } finally {
    await survivor.connection.close();
  }
}

/** Messages are rejected without requeue. @returns how many can be found again */
async function deadLetters(connection: ChannelModel, bound: boolean): Promise<number> {
  const exchange = bound ? 'probe.dlx' : 'probe.dlx-that-nobody-declared';
  const channel = await connection.createChannel();
  const { queue: parked } = await channel.assertQueue('', { exclusive: true });
  if (bound) {
    await channel.assertExchange(exchange, 'fanout', { durable: false });
    await channel.bindQueue(parked, exchange, '');
  }
  await withQueue(
    connection,
    MESSAGES,
    async (work, queue) => {
      for (let n = 0; n < MESSAGES; n += 1) {
        const message = await work.get(queue);
        if (message) work.nack(message, false, false);
      }
      // An answer to something that came later than the last nack: by then it has been dead-lettered.
      await work.checkQueue(queue);
    },
    { 'x-dead-letter-exchange': exchange },
  );
  let found = 0;
  while ((await settledMessage(channel, parked)) !== undefined) found += 1;
  if (bound) await channel.deleteExchange(exchange);
  await channel.close();
  return found;
}

/** The next message of a queue, acknowledged; undefined when none comes. */
async function settledMessage(channel: Channel, queue: string): Promise<string | undefined> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (message) return message.content.toString();
    if (performance.now() > until) return undefined;
    await pause(10);
  }
}

async function settled(count: () => number, wanted: number): Promise<void> {
  const until = performance.now() + 20 * PATIENCE_MS;
  while (count() < wanted) {
    if (performance.now() > until)
      throw new Error(
        `expected ${String(wanted)} messages within ${String((20 * PATIENCE_MS) / 1_000)} s, there were ${String(count())}`,
      );
    await pause(5);
  }
}
