import type { Channel } from 'amqplib';
import { withRabbit } from './clients.js';
import type { Probe, ProbeLab } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const MESSAGES = 20;
const QUEUES = {
  'durable-transient': { durable: true, persistent: false },
  'durable-persistent': { durable: true, persistent: true },
  'transient-persistent': { durable: false, persistent: true },
} as const;
type QueueName = keyof typeof QUEUES;
const names = Object.keys(QUEUES) as readonly QueueName[];
const queueOf = (name: QueueName): string => `probe-${name}`;

export const brokerRestart: Probe = {
  id: 'broker-restart',
  question: 'Which messages are there when the broker was killed and is back?',
  engines: ['rabbitmq'],
  figures: {
    'durable-transient': `messages left of ${String(MESSAGES)} confirmed ones, published as the client comes, in a durable queue`,
    'durable-persistent': 'the same, published as persistent',
    'transient-persistent': 'persistent ones in a queue that is not durable',
    published: 'messages that were published and confirmed, in each',
  },
  measure: async (lab) => {
    await withRabbit(lab, async (connection) => {
      const channel = await connection.createConfirmChannel();
      for (const name of names) {
        const { durable, persistent } = QUEUES[name];
        await channel.deleteQueue(queueOf(name));
        await channel.assertQueue(queueOf(name), { durable });
        for (let n = 0; n < MESSAGES; n += 1)
          channel.sendToQueue(queueOf(name), Buffer.from(String(n)), persistent ? { persistent } : {});
      }
      await channel.waitForConfirms();
    });
    await lab.engine('rabbitmq').restart();
    const left = await withRabbit(lab, async () => {
      const found: [QueueName, number][] = [];
      // One by one: a queue that is gone closes the channel that asks for it.
      for (const name of names) found.push([name, await leftIn(lab, queueOf(name))]);
      return found;
    });
    const figures = left.map(([name, count]) => [name, counted(count, MESSAGES)] as const);
    return measurementOf({ ...Object.fromEntries(figures), published: counted(MESSAGES, MESSAGES) });
  },
};

/** Takes what there is, and removes the queue. */
const leftIn = (lab: ProbeLab, queue: string): Promise<number> =>
  withRabbit(lab, async (connection) => {
    const channel: Channel = await connection.createChannel();
    channel.on('error', () => undefined);
    const found = await channel.checkQueue(queue).catch(() => undefined);
    if (!found) return 0;
    let taken = 0;
    while (await channel.get(queue, { noAck: true })) taken += 1;
    await channel.deleteQueue(queue);
    return taken;
  });
