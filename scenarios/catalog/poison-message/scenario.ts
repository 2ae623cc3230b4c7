import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { everybodyOrders, mailsAbout, NOTIFIER, NOTIFIER_QUEUE, openTap } from '../../steps/index.js';
import type { PlacedOrder } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, values } from './judgement.js';

const EVENT = 'order.created';
const RETRY: ArmKnobs = { [NOTIFIER]: { 'consumer.onFailure': 'retry' } };
/** Three pauses of 6.2 s together, and time to spare. */
const PARKED_WITHIN_MS = 20_000;

const parameters = z.object({
  customers: z.int().min(1).max(10).default(8).describe('how many customers order behind the poison'),
  prefetch: z.int().min(1).max(20).default(1).describe('how many messages are in work at once; as many are poison'),
  watchMs: z.int().min(1_000).max(60_000).default(8_000).describe('how long the customers wait for their mail'),
  workMs: z.int().min(0).max(1_000).default(20).describe('how long an attempt takes'),
});

export const poisonMessage = defineScenario({
  id: 'poison-message',
  title: 'Poison message',
  question: 'One message fails whenever it is handled. What happens to those behind it?',
  summary:
    'A message that no attempt can handle is in the queue of the notification service, and customers order behind it. Put back ' +
    'at once it comes again and again and nobody is told; counted, set aside and parked in the end, it holds up nobody.',
  seconds: 35,
  concepts: ['dead-letter-queues'],
  questions: ['what-is-a-dead-letter-queue'],
  claims: ['nack-with-requeue-for-retries'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', NOTIFIER],
  cast: { customers: 10, restaurants: 2 },
  parameters,
  defect: {
    file: 'shared/dist/events/consumer.js',
    from: 'options.onFailure?.() === "requeue"',
    to: 'options.onFailure',
    refutes: values.told,
  },

  arms: ({ prefetch, workMs }) => {
    const both = { 'consumer.prefetch': prefetch, 'consumer.delayMs': workMs };
    return {
      undefended: { [NOTIFIER]: { ...both, 'consumer.onFailure': 'requeue' } },
      defended: { [NOTIFIER]: { ...both, 'consumer.onFailure': 'retry' } },
    };
  },
  bars: [{ value: values.told }, { value: values.attempts }],

  prediction: {
    question:
      'A message that always fails is put back into the queue each time. How many of those behind it are handled?',
    options: ['all, in between', 'none', 'some'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const before = await run.inside.metrics(NOTIFIER);
    const grown = async (...outcomes: readonly string[]): Promise<number> => {
      const now = await run.inside.metrics(NOTIFIER);
      const since = (outcome: string): number =>
        now.since(before, 'messages_total', { queue: NOTIFIER_QUEUE, outcome });
      return outcomes.reduce((sum, outcome) => sum + since(outcome), 0);
    };
    const failed = (): Promise<number> => grown('requeued', 'retried', 'parked');

    await run.phase('poison', { what: 'a message arrives that cannot be handled' }, async () => {
      const tap = await openTap(run, EVENT);
      await tap.publish(EVENT, Array.from({ length: p.prefetch }, poison)).finally(() => tap.close());
      await run.until('it has failed', async () => ((await failed()) >= p.prefetch ? true : undefined));
    });

    let orders: readonly PlacedOrder[] = [];
    await run.phase('orders', { what: `${String(p.customers)} customers order and wait for their mail` }, async () => {
      orders = await everybodyOrders(run, run.cast.customers.slice(0, p.customers));
      await run.within(p.watchMs, () => everybodyTold(run, orders));
      run.record(values.told, await toldOf(run, orders), { samples: orders.length });
    });

    await run.phase('afterwards', { what: 'retries are counted, until what cannot be handled is parked' }, () =>
      run.withKnobs(RETRY, async () => {
        await run.within(PARKED_WITHIN_MS, async () => ((await grown('parked')) >= p.prefetch ? true : undefined));
        await run.within(p.watchMs, () => everybodyTold(run, orders));
        // On a machine that is too busy for the notifier's calls it pauses, whatever it does with poison.
        const unpaused = async (): Promise<true | undefined> => ((await grown('postponed')) === 0 ? true : undefined);
        await run.until('nothing that the notifier needs was away', unpaused, 1);
        run.record(values.parked, await grown('parked'));
        run.record(values.attempts, await failed());
        run.record(values.toldInTheEnd, await toldOf(run, orders), { samples: orders.length });
      }),
    );
  },

  checks: checksFor,
  why: explain,
});

/** An event under the wrong name: it can be read, and the consumer does not know what to do with it, at no attempt. */
function poison(): string {
  const id = (): string => randomBytes(12).toString('hex');
  return JSON.stringify({
    id: randomUUID(),
    type: 'restaurant.updated',
    version: 1,
    occurredAt: new Date().toISOString(),
    correlationId: randomUUID(),
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    data: { restaurantId: id(), ownerId: id() },
  });
}

async function toldOf(run: ArmRun, orders: readonly PlacedOrder[]): Promise<number> {
  return (await mailsAbout(run, orders)).filter((mails) => mails > 0).length;
}

async function everybodyTold(run: ArmRun, orders: readonly PlacedOrder[]): Promise<true | undefined> {
  return (await toldOf(run, orders)) === orders.length ? true : undefined;
}
