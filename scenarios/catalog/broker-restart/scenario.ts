import { z } from 'zod';
import { restart } from '../../faults/index.js';
import { defineScenario } from '../../protocol/index.js';
import { declareOwnQueue, everybodyOrders } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, values, VARIANTS } from './judgement.js';

const PUBLISHER = 'order-service';
const BROKER = 'rabbitmq';
const EVENT = 'order.created';
/** After a restart of the broker the publisher has to come back before its orders are told of: at most 2 s and a busy machine. */
const PUBLISHED_MS = 30_000;

const parameters = z.object({
  orders: z.int().min(1).max(10).default(10).describe('how many events wait in the queue when the broker is killed'),
  graceful: z.boolean().default(false).describe('stop the broker with SIGTERM instead of SIGKILL'),
});

const subscription = z.object({ durable: z.boolean() });

export const brokerRestart = defineScenario({
  id: 'broker-restart',
  title: 'Broker restart',
  question: 'RabbitMQ is killed while events wait in a queue. Which are there when it is back?',
  summary:
    'Confirmed events wait for a subscriber that is away, and the broker is killed. A durable queue forgets transient messages, a transient ' +
    'queue is forgotten with the persistent messages in it; only both together survive.',
  seconds: 30,
  concepts: ['durable-messages', 'at-least-once-delivery'],
  questions: ['what-survives-a-restart-of-rabbitmq'],
  claims: ['durable-queue-keeps-its-messages'],
  services: ['api-gateway', 'user-service', 'restaurant-service', PUBLISHER],
  cast: { customers: 10, restaurants: 6 },
  parameters,
  defect: {
    file: 'shared/dist/events/broker.js',
    from: 'persistent: persistent()',
    to: 'persistent: false',
    refutes: `${values.delivered}, ${VARIANTS.both}`,
  },

  arms: () => ({ undefended: {}, defended: {} }),
  variants: () => ({
    undefended: {
      [VARIANTS.durableQueue]: { client: { durable: true }, [PUBLISHER]: { 'events.persistent': false } },
      [VARIANTS.persistentMessages]: { client: { durable: false }, [PUBLISHER]: { 'events.persistent': true } },
    },
    defended: { [VARIANTS.both]: { client: { durable: true }, [PUBLISHER]: { 'events.persistent': true } } },
  }),
  bars: [{ value: values.delivered }],

  prediction: {
    question:
      'A queue is durable, a message in it is not marked as persistent, and its publisher has a confirm. The broker is killed. What is there afterwards?',
    options: ['the queue and the message', 'the queue, without the message', 'neither'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const customers = run.cast.customers.slice(0, p.orders);
    await run.eachVariant(async (variant) => {
      const queue = await declareOwnQueue(run, { routingKey: EVENT, ...run.client(subscription) });
      try {
        await run.phase(
          `before, ${variant}`,
          { what: `${String(p.orders)} orders, and nobody takes the events` },
          async () => {
            await everybodyOrders(run, customers);
            const gathered = async (): Promise<true | undefined> =>
              ((await queue.depth()) ?? 0) >= customers.length ? true : undefined;
            await run.until('every event is in the queue', gathered, PUBLISHED_MS);
            // Only then has its publisher the confirm, and forgets it.
            const forgotten = async (): Promise<true | undefined> =>
              (await run.inside.metrics(PUBLISHER)).value('outbox_events') === 0 ? true : undefined;
            await run.until('every event is confirmed', forgotten, PUBLISHED_MS);
            run.record(values.waiting, (await queue.depth()) ?? 0);
          },
        );
        await run.phase(`restart, ${variant}`, { what: `${BROKER} ends and starts again` }, async () => {
          await run.inject(restart(BROKER, { graceful: p.graceful }));
          await run.heal();
        });
        await run.phase(`after, ${variant}`, { what: 'the subscriber comes and takes what there is' }, async () => {
          const taken = await queue.takeAll();
          run.record(values.queues, taken === undefined ? 0 : 1);
          run.record(values.delivered, taken?.length ?? 0, { samples: customers.length });
        });
      } finally {
        // A broker that does not come back has nothing to delete.
        await queue.remove().catch(() => undefined);
      }
    });
  },

  checks: checksFor,
  why: explain,
});
