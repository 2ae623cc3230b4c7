import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { queueDepthOf } from '../../probes/index.js';
import { freshEvents, newsOf, NOTIFIER, NOTIFIER_QUEUE, recordedOf, withHeardEvents } from '../../steps/index.js';
import type { FreshEvent, Tap } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, REMEDIES, values } from './judgement.js';

const EVENT = 'order.created';
/** So often a few events are published, ms: a stream rather than a burst. */
const EVERY_MS = 250;
const PATIENCE_MS = 30_000;

const parameters = z.object({
  rate: z.int().min(4).max(100).default(12).describe('events per second'),
  workMs: z.int().min(20).max(5_000).default(250).describe('how long a consumer works on an event, one at a time'),
  workers: z.int().min(2).max(100).default(10).describe('how many work at once where there are more of them'),
  freshMs: z.int().min(100).max(10_000).default(1_000).describe('how old an event may be where old ones are not told'),
  lastsMs: z.int().min(2_000).max(60_000).default(6_000).describe('how long events come'),
});
type Parameters = z.infer<typeof parameters>;

/** What the publisher of an event asks of the broker. */
const publisher = z.object({ expiresAfterMs: z.int().optional() });

const depth = queueDepthOf(NOTIFIER, NOTIFIER_QUEUE);

export const slowConsumer = defineScenario({
  id: 'slow-consumer',
  title: 'Slow consumer',
  question: 'Three times as many events come as a consumer can handle. Who hears what, and when?',
  summary:
    'Events come at a steady rate, faster than one consumer tells them. The queue grows and all news gets older and older; more workers keep up, ' +
    'a time to live takes what is too old out of the queue, and shedding puts it on record and tells the fresh.',
  seconds: 45,
  concepts: ['queue-backlogs', 'prefetch-and-back-pressure'],
  questions: ['your-queue-keeps-growing'],
  claims: ['a-queue-absorbs-the-load'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', NOTIFIER],
  cast: { customers: 4, restaurants: 3 },
  parameters,
  defect: {
    file: 'services/notification-service/dist/entry-points/queue/events.js',
    from: 'limit > 0 &&',
    to: 'limit < 0 &&',
    refutes: `${values.oldest}, ${REMEDIES.shed}`,
  },

  // One at a time and one in advance: what waits is in the queue and not inside the consumer.
  arms: ({ workMs }) => {
    const both = { [NOTIFIER]: { 'consumer.delayMs': workMs, 'consumer.prefetch': 1, 'consumer.workers': 1 } };
    return { undefended: both, defended: both };
  },
  variants: ({ workers, freshMs }) => ({
    undefended: { [REMEDIES.none]: {} },
    defended: {
      [REMEDIES.workers]: { [NOTIFIER]: { 'consumer.prefetch': workers, 'consumer.workers': workers } },
      [REMEDIES.expiry]: { client: { expiresAfterMs: freshMs } },
      // What is shed takes no worker; it is seen while the worker is busy.
      [REMEDIES.shed]: { [NOTIFIER]: { 'consumer.prefetch': 10, 'consumer.staleAfterMs': freshMs } },
    },
  }),
  observers: [depth],
  bars: [
    { value: values.waiting },
    { value: values.oldest, unit: 's' },
    { value: values.told },
    { value: values.expired },
  ],

  prediction: {
    question: 'For six seconds 12 events a second come, and a consumer tells 4. How old is what it tells then?',
    options: ['a quarter of a second', 'about a second', 'about four seconds'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await withHeardEvents(run, EVENT, (tap, models) =>
      run.eachVariant((remedy) => measure(run, p, { remedy, tap, models })),
    );
  },

  checks: checksFor,
  why: explain,
});

interface Material {
  readonly remedy: string;
  readonly tap: Tap;
  /** Events that were really heard. */
  readonly models: readonly string[];
}

async function measure(run: ArmRun, p: Parameters, { remedy, tap, models }: Material): Promise<void> {
  const { expiresAfterMs } = run.client(publisher);
  const published: FreshEvent[] = [];
  const expiredBefore = await expired(run);

  await run.phase(`stream, ${remedy}`, { what: `${String(p.rate)} events a second`, lastsMs: p.lastsMs }, async () => {
    const began = Date.now();
    for (let at = 0; at < p.lastsMs; at = Date.now() - began) {
      const due = Math.ceil((p.rate * Math.min(p.lastsMs, at + EVERY_MS)) / 1_000);
      const events = freshEvents(models, due - published.length);
      published.push(...events);
      await tap.publish(
        EVENT,
        events.map(({ body }) => body),
        { expiresAfterMs },
      );
      await run.wait(Math.max(0, EVERY_MS - ((Date.now() - began) % EVERY_MS)));
    }
    const waiting = (await run.inside.queue(NOTIFIER_QUEUE))?.messages;
    const told = (await newsOf(run, published)).filter((one) => one.told);
    run.record(values.published, published.length);
    run.record(values.waiting, waiting ?? 0, { samples: published.length });
    run.record(values.told, told.length, { samples: published.length });
    run.record(values.oldest, Math.max(0, ...told.map(({ ageMs }) => ageMs)) / 1_000, { samples: told.length });
  });

  await run.phase(`afterwards, ${remedy}`, { what: 'no more come, and the consumer is fast' }, async () => {
    const ids = published.map(({ id }) => id);
    const accounted = async (): Promise<number> => (await recordedOf(run, ids)) + (await expired(run)) - expiredBefore;
    await run.withKnobs({ [NOTIFIER]: { 'consumer.delayMs': 0 } }, async () => {
      await run.within(PATIENCE_MS, async () => ((await accounted()) >= published.length ? true : undefined));
    });
    run.record(values.expired, (await expired(run)) - expiredBefore, { samples: published.length });
    run.record(values.lost, published.length - (await accounted()), { samples: published.length });
  });
}

/** What left the queue because its time was over lies with the dead letters. */
async function expired(run: ArmRun): Promise<number> {
  return (await run.inside.mongo('notification_service')).collection('dead_letters').countDocuments();
}
