import type { ChannelModel } from 'amqplib';
import { withRabbit } from './clients.js';
import type { Probe } from './probe.js';
import { figureOf, measurementOf, repeat } from '../measurement/repetitions.js';

const MESSAGES = 10_000;
const BODY = Buffer.alloc(500, 'x');
const SECONDS_A_DAY = 86_400;

export const brokerThroughput: Probe = {
  id: 'broker-throughput',
  question: 'How many messages a second go through RabbitMQ, and how many a day through one consumer?',
  engines: ['rabbitmq'],
  figures: {
    transient: 'messages a second from one publisher to one consumer, transient and acknowledged by itself',
    persistent: 'the same, persistent, confirmed and acknowledged by hand',
    'a-day': 'messages a day that one consumer takes, acknowledging each by hand before it gets the next',
    'guide-a-day': 'orders a day that the guide plans for a consumer',
  },
  measure: (lab) =>
    withRabbit(lab, async (connection) => {
      const transient = await repeat(4, () => pass(connection, false));
      const persistent = await repeat(4, () => pass(connection, true));
      const one = await repeat(3, () => oneAtATime(connection));
      const figures = {
        'a-day': figureOf(
          'count',
          one.map((rate) => rate * SECONDS_A_DAY),
          3_000,
        ),
        'guide-a-day': figureOf('count', [250_000]),
      };
      if (lab.engine('rabbitmq').source === 'embedded') {
        const why =
          'RabbitMQ is the embedded engine here, whose speed says nothing about a real one: install rabbitmq-server.';
        return { figures, withheld: { transient: why, persistent: why } };
      }
      return measurementOf({
        ...figures,
        transient: figureOf('/s', transient.slice(1), 3 * MESSAGES),
        persistent: figureOf('/s', persistent.slice(1), 3 * MESSAGES),
      });
    }),
};

/** @returns messages a second, from the first publish to the last delivery */
async function pass(connection: ChannelModel, safe: boolean): Promise<number> {
  const publisher = safe ? await connection.createConfirmChannel() : await connection.createChannel();
  const consumer = await connection.createChannel();
  const { queue } = await publisher.assertQueue('', { durable: safe });
  await consumer.prefetch(1_000);
  let got = 0;
  const started = performance.now();
  const all = new Promise<void>((resolve) => {
    void consumer.consume(
      queue,
      (message) => {
        if (!message) return;
        if (safe) consumer.ack(message);
        if ((got += 1) === MESSAGES) resolve();
      },
      { noAck: !safe },
    );
  });
  for (let n = 0; n < MESSAGES; n += 1)
    if (!publisher.sendToQueue(queue, BODY, { persistent: safe }))
      await new Promise((resolve) => publisher.once('drain', resolve));
  await all;
  if ('waitForConfirms' in publisher) await publisher.waitForConfirms();
  const seconds = (performance.now() - started) / 1_000;
  await publisher.deleteQueue(queue);
  await publisher.close();
  await consumer.close();
  return MESSAGES / seconds;
}

/** @returns messages a second of a consumer with a prefetch of 1 */
async function oneAtATime(connection: ChannelModel): Promise<number> {
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { durable: false });
  const messages = 1_000;
  for (let n = 0; n < messages; n += 1) channel.sendToQueue(queue, BODY);
  await channel.waitForConfirms();
  await channel.prefetch(1);
  let got = 0;
  const started = performance.now();
  await new Promise<void>((resolve) => {
    void channel.consume(queue, (message) => {
      if (!message) return;
      channel.ack(message);
      if ((got += 1) === messages) resolve();
    });
  });
  const seconds = (performance.now() - started) / 1_000;
  await channel.deleteQueue(queue);
  await channel.close();
  return messages / seconds;
}
