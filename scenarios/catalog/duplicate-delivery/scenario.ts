import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { down } from '../../faults/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import {
  everybodyOrders,
  handled,
  mailsAbout,
  NOTIFIER,
  NOTIFIER_QUEUE,
  openTap,
  untilTold,
} from '../../steps/index.js';
import type { Tap } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, STRATEGIES, values } from './judgement.js';

const CONNECTION = { from: NOTIFIER, to: 'rabbitmq' } as const;
const EVENT = 'order.created';

const parameters = z.object({
  customers: z.int().min(2).max(10).default(8).describe('how many customers order, and are to be told once'),
  copies: z.int().min(2).max(10).default(4).describe('how often the same event is published at once'),
  workMs: z
    .int()
    .min(500)
    .max(8_000)
    .default(3_000)
    .describe('how long the consumer works on a message: the connection breaks in between'),
});
type Parameters = z.infer<typeof parameters>;

const envelope = z.looseObject({
  id: z.string(),
  data: z.looseObject({ orderId: z.string(), customerId: z.string() }),
});
const strategy = (name: string): readonly [string, ArmKnobs] => [name, { [NOTIFIER]: { 'dedupe.strategy': name } }];

export const duplicateDelivery = defineScenario({
  id: 'duplicate-delivery',
  title: 'Duplicate delivery',
  question: 'A message is delivered twice. How often is the customer told?',
  summary:
    'The notification service does its work, but its acknowledgement is lost, and the broker delivers again; then the same ' +
    'event comes several times at once. Four ways to recognise a message that was there before, measured in mails.',
  seconds: 45,
  concepts: ['at-least-once-delivery', 'idempotent-consumers'],
  questions: ['notifications-not-twice'],
  claims: ['already-processed-then-send', 'at-least-once-is-the-default'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', NOTIFIER],
  links: [CONNECTION],
  cast: { customers: 10, restaurants: 5 },
  parameters,
  defect: {
    file: 'services/notification-service/dist/domain/record-once.js',
    from: '"processed-event": ({ notifications }, notification, key) => notifications.record(notification, key)',
    to: '"processed-event": ({ notifications }, notification) => notifications.record(notification, randomUUID())',
    refutes: `${values.lostAck}, processed-event`,
  },

  // All are in work together when the connection breaks.
  arms: () => {
    const both: ArmKnobs = { [NOTIFIER]: { 'consumer.prefetch': 200 } };
    return { undefended: both, defended: both };
  },
  variants: () => ({
    undefended: Object.fromEntries(STRATEGIES.undefended.map(strategy)),
    defended: Object.fromEntries(STRATEGIES.defended.map(strategy)),
  }),
  bars: [{ value: values.lostAck }, { value: values.copies }],

  prediction: {
    question:
      'A consumer looks into Redis whether an event was processed, and marks it afterwards. Copies come at once. Mails too many?',
    options: ['none', 'some', 'as many as without looking'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const tap = await openTap(run, EVENT);
    try {
      await run.eachVariant(async (variant) => {
        await run.phase(
          `lost ack, ${variant}`,
          { what: 'the connection breaks between delivery and acknowledgement' },
          () => loseAcknowledgements(run, tap, p),
        );
        await run.phase(`copies, ${variant}`, { what: `each event comes ${String(p.copies)} times at once` }, () =>
          publishCopies(run, tap, p),
        );
      });
    } finally {
      await tap.close();
    }
  },

  checks: checksFor,
  why: explain,
});

async function loseAcknowledgements(run: ArmRun, tap: Tap, p: Parameters): Promise<void> {
  const customers = run.cast.customers.slice(0, p.customers);
  const [before, heardBefore] = [await handled(run), tap.heard.length];
  let orders: Awaited<ReturnType<typeof everybodyOrders>> = [];
  await run.withKnobs({ [NOTIFIER]: { 'consumer.delayMs': p.workMs } }, async () => {
    orders = await everybodyOrders(run, customers);
    await run.until('every event is in work', async () => {
      const waiting = (await run.inside.queue(NOTIFIER_QUEUE))?.messages;
      return tap.heard.length >= heardBefore + p.customers && waiting === 0 ? true : undefined;
    });
    await run.inject(down(CONNECTION));
    await untilTold(run, before + p.customers);
  });
  await run.heal();
  // Each once before the connection was back, and once after.
  await untilTold(run, before + 2 * p.customers);
  const mails = await mailsAbout(run, orders);
  run.record(values.lostAck, excess(mails, 1), { samples: mails.length });
  run.record(values.untold, missing(mails), { samples: mails.length });
}

/** Newer events of the same orders, from a producer that publishes each several times because it does not know whether it has. */
async function publishCopies(run: ArmRun, tap: Tap, p: Parameters): Promise<void> {
  const events = tap.heard.slice(-p.customers).map((body) => envelope.parse(JSON.parse(body)));
  const orders = events.map(({ data }) => ({ id: data.orderId, customerId: data.customerId }));
  const [told, before] = [await mailsAbout(run, orders), await handled(run)];
  const newer = events.map((event) => JSON.stringify({ ...event, id: randomUUID() }));
  await tap.publish(
    EVENT,
    newer.flatMap((body) => Array.from({ length: p.copies }, () => body)),
  );
  await untilTold(run, before + p.customers * p.copies);
  const more = (await mailsAbout(run, orders)).map((count, n) => count - (told[n] ?? 0));
  run.record(values.copies, excess(more, 1), { samples: more.length });
  run.record(values.untoldOfCopies, missing(more), { samples: more.length });
}

const excess = (mails: readonly number[], wanted: number): number =>
  mails.reduce((sum, count) => sum + Math.max(0, count - wanted), 0);
const missing = (mails: readonly number[]): number => mails.filter((count) => count === 0).length;
