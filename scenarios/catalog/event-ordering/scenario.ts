import { z } from 'zod';
import { paidOrder } from '../../load/index.js';
import type { AnsweredOrder } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { NOTIFIER, NOTIFIER_QUEUE, openTap } from '../../steps/index.js';
import type { Tap } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, values, WAYS } from './judgement.js';
import { lastWords } from './last-words.js';

const COOKING = 'order.preparing';
/** A message fails three times within 1.2 s; then it waits for 5 s, in which much can happen. */
const FAILURES = 3;
/** For what does not happen with one message at a time: that all are in work. */
const IN_WORK_MS = 1_500;
const PATIENCE_MS = 30_000;

const parameters = z.object({
  customers: z.int().min(1).max(10).default(5).describe('how many customers wait for an order of each kind'),
  slowMs: z.int().min(500).max(30_000).default(3_000).describe('how long the slow events are in work'),
});
type Parameters = z.infer<typeof parameters>;

const transition = z.looseObject({ id: z.string(), version: z.number(), status: z.string() });

export const eventOrdering = defineScenario({
  id: 'event-ordering',
  title: 'Event ordering',
  question: 'An order is cooking, then ready. Which of the two does its customer hear last?',
  summary:
    'Events are published in order and arrive in another: one is slow and is overtaken, one fails and comes again later. One message at a time ' +
    'cures the first and not the second; comparing the version in the event with what is known cures both.',
  seconds: 55,
  concepts: ['event-ordering'],
  questions: ['events-arrive-out-of-order'],
  claims: ['message-order-is-hard-to-guarantee'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', 'payment-provider', NOTIFIER],
  cast: { customers: 5, restaurants: 4 },
  parameters,
  defect: {
    file: 'services/notification-service/dist/data-access/mongo-notification-repository.js',
    from: '(one.orderVersion ?? 0) > orderVersion',
    to: 'false',
    refutes: `${values.afterRetry}, ${WAYS.version}`,
  },

  // A few people act often.
  arms: () => {
    const both = { 'api-gateway': { 'rateLimit.enabled': false } };
    return { undefended: both, defended: both };
  },
  variants: () => {
    const service = (knobs: ArmKnobs[string]): ArmKnobs => ({ [NOTIFIER]: knobs });
    return {
      undefended: {
        [WAYS.several]: service({ 'ordering.strategy': 'none', 'consumer.prefetch': 20 }),
        [WAYS.single]: service({ 'ordering.strategy': 'none', 'consumer.prefetch': 1 }),
      },
      defended: { [WAYS.version]: service({ 'ordering.strategy': 'version', 'consumer.prefetch': 20 }) },
    };
  },
  bars: [{ value: values.overtaken }, { value: values.afterRetry }],

  prediction: {
    question:
      'A single consumer works on one message at a time. One fails and is tried again later. Are the messages handled in order?',
    options: ['yes, with one consumer and one message', 'no'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const tap = await openTap(run, COOKING);
    try {
      await run.eachVariant(async (way) => {
        await run.phase(`overtaken, ${way}`, { what: '"in the kitchen" takes long, "ready" does not' }, () =>
          overtake(run, p, tap),
        );
        await run.phase(`retried, ${way}`, { what: '"in the kitchen" fails and is tried again, "ready" works' }, () =>
          retry(run, p),
        );
      });
    } finally {
      await tap.close();
    }
  },

  checks: checksFor,
  why: explain,
});

async function overtake(run: ArmRun, p: Parameters, tap: Tap): Promise<void> {
  const orders = await paidOrders(run, p);
  const heard = tap.heard.length;
  let cooking: readonly AnsweredOrder[] = [];
  await run.withKnobs({ [NOTIFIER]: { 'consumer.delayMs': p.slowMs } }, async () => {
    cooking = await step(run, orders, 'PREPARING');
    const published = (): Promise<true | undefined> =>
      Promise.resolve(tap.heard.length >= heard + p.customers ? true : undefined);
    await run.until('every order in the kitchen was told of', published, PATIENCE_MS);
    await run.within(IN_WORK_MS, () => queueIsEmpty(run));
  });
  await step(run, cooking, 'READY');
  await record(run, values.overtaken, orders);
}

async function retry(run: ArmRun, p: Parameters): Promise<void> {
  const orders = await paidOrders(run, p);
  const before = await run.inside.metrics(NOTIFIER);
  let cooking: readonly AnsweredOrder[] = [];
  await run.withKnobs({ [NOTIFIER]: { 'consumer.failAttempts': FAILURES } }, async () => {
    cooking = await step(run, orders, 'PREPARING');
    const failed = async (): Promise<true | undefined> => {
      const retried = (await run.inside.metrics(NOTIFIER)).since(before, 'messages_total', {
        queue: NOTIFIER_QUEUE,
        outcome: 'retried',
      });
      return retried >= FAILURES * p.customers ? true : undefined;
    };
    await run.until(`each has failed ${String(FAILURES)} times`, failed, PATIENCE_MS);
  });
  await step(run, cooking, 'READY');
  await record(run, values.afterRetry, orders);
}

/** New orders, paid and told of: what comes next has the queue for itself. */
async function paidOrders(run: ArmRun, p: Parameters): Promise<readonly AnsweredOrder[]> {
  const customers = run.cast.customers.slice(0, p.customers);
  const orders = await Promise.all(customers.map((customer, n) => paidOrder(run.api(customer), run.cast, n)));
  await run.until('the payments were told of', () => isTold(run, orders, ['order.confirmed']), PATIENCE_MS);
  return orders;
}

/** The kitchen takes the next step with each order. */
function step(run: ArmRun, orders: readonly AnsweredOrder[], to: string): Promise<readonly AnsweredOrder[]> {
  return Promise.all(
    orders.map(async ({ id, version }) => {
      const answer = await run.api(run.cast.owner).post(`/api/orders/${id}/transitions`, { to, version });
      return answer.expect(200).read(transition);
    }),
  );
}

/** Waits until everything is handled and sent, and counts whose last mail says what is not so any more. */
async function record(run: ArmRun, name: string, orders: readonly AnsweredOrder[]): Promise<void> {
  await run.until('both steps are on record', () => isTold(run, orders, [COOKING, 'order.ready']), PATIENCE_MS);
  const words = await lastWords(run, orders);
  run.record(name, words.filter((word) => word === 'old').length, { samples: orders.length });
  run.tally(values.untold, words.filter((word) => word === 'never told').length);
}

async function isTold(
  run: ArmRun,
  orders: readonly AnsweredOrder[],
  types: readonly string[],
): Promise<true | undefined> {
  const { ObjectId } = await import('mongodb');
  const notifications = (await run.inside.mongo('notification_service')).collection('notifications');
  const told = await notifications
    .aggregate([
      { $match: { 'data.orderId': { $in: orders.map(({ id }) => new ObjectId(id)) }, type: { $in: [...types] } } },
      { $group: { _id: { order: '$data.orderId', type: '$type' } } },
    ])
    .toArray();
  if (told.length < orders.length * types.length) return undefined;
  return (await run.inside.metrics(NOTIFIER)).value('notifications_pending') === 0 ? true : undefined;
}

async function queueIsEmpty(run: ArmRun): Promise<true | undefined> {
  return (await run.inside.queue(NOTIFIER_QUEUE))?.messages === 0 ? true : undefined;
}
