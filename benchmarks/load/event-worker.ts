import { parentPort, workerData } from 'node:worker_threads';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import type { EventPlan, EventResult } from './event-plan.js';

/** Publishes and consumes events in a thread of its own. */

const BODY = Buffer.from('x'.repeat(300));
const QUEUE = 'bench.events';
/** How long what was published may take to arrive. */
const ARRIVAL_MS = 10_000;
const PREFETCH = 50;

const { url, persistent, offer, seconds } = workerData as EventPlan;
const connection = await connect(url, { noDelay: true });
const channel = await connection.createConfirmChannel();
const consumer = await connection.createChannel();
await consumer.deleteQueue(QUEUE);
await consumer.assertQueue(QUEUE, { durable: persistent, autoDelete: !persistent });
await consumer.prefetch(PREFETCH);

const dueAt = new Map<string, number>();
const confirmed: number[] = [];
const delivered: number[] = [];
await consumer.consume(QUEUE, (message) => {
  if (!message) return;
  const at = dueAt.get(String(message.properties.messageId));
  if (at !== undefined) delivered.push(performance.now() - at);
  consumer.ack(message);
});

function publish(at: number): Promise<void> {
  const messageId = String(dueAt.size);
  dueAt.set(messageId, at);
  return new Promise((resolve, reject) => {
    channel.sendToQueue(QUEUE, BODY, { persistent, messageId }, (error: unknown) => {
      if (error) {
        reject(new Error('expected a confirm, the broker refused the message', { cause: error }));
        return;
      }
      confirmed.push(performance.now() - at);
      resolve();
    });
  });
}

const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;
if (offer.kind === 'closed') {
  const keepPublishing = async (): Promise<void> => {
    while (performance.now() < endsAt) await publish(performance.now());
  };
  await Promise.all(Array.from({ length: offer.connections }, keepPublishing));
} else {
  const open: Promise<void>[] = [];
  while (open.length < seconds * offer.rate) {
    const due = startedAt + (open.length * 1000) / offer.rate;
    const now = performance.now();
    if (due > now) await delay(due - now);
    else open.push(publish(due));
  }
  await Promise.all(open);
}
const giveUpAt = performance.now() + ARRIVAL_MS;
while (delivered.length < dueAt.size && performance.now() < giveUpAt) await delay(5);
const result: EventResult = {
  published: dueAt.size,
  seconds: (performance.now() - startedAt) / 1000,
  confirmed: Float64Array.from(confirmed),
  delivered: Float64Array.from(delivered),
};
await connection.close();
parentPort?.postMessage(result);
