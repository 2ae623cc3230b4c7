import { z } from 'zod';
import { down, kill } from '../../faults/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { freshEvents, NOTIFIER, NOTIFIER_QUEUE, recordedOf, withHeardEvents } from '../../steps/index.js';
import type { FreshEvent, Tap } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, LIMITS, values, VARIANTS } from './judgement.js';

const EVENT = 'order.created';
const SECOND = `${NOTIFIER}-2`;
const CONNECTION = { from: SECOND, to: 'rabbitmq' } as const;
/** To reconnect, to start, to work through what is left: seconds, or many on a busy machine. */
const PATIENCE_MS = 30_000;

const parameters = z.object({
  messages: z.int().min(50).max(1_000).default(150).describe('how many messages come while one consumer is alone'),
  workMs: z.int().min(20).max(2_000).default(150).describe('how long each consumer works on a message, one at a time'),
  togetherMs: z.int().min(1_000).max(30_000).default(3_000).describe('how long the work of both is counted'),
});
type Parameters = z.infer<typeof parameters>;

export const prefetch = defineScenario({
  id: 'prefetch',
  title: 'Prefetch',
  question: 'One consumer cannot keep up, and a second one comes to help. How much does it get to do?',
  summary:
    'Messages arrive while one slow consumer is alone, then a second one connects, then the first one dies. Without a prefetch the first was ' +
    'sent everything at once: the second idles, and all that waited inside the first is delivered again. With one the work is shared.',
  seconds: 40,
  concepts: ['prefetch-and-back-pressure'],
  questions: ['why-does-the-second-consumer-get-nothing'],
  claims: ['prefetch-one-is-fair'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', NOTIFIER],
  instances: { [NOTIFIER]: 2 },
  links: [CONNECTION],
  cast: { customers: 4, restaurants: 3 },
  parameters,
  defect: {
    file: 'shared/dist/events/subscription.js',
    from: 'await channel.prefetch(prefetch());',
    to: 'await channel.prefetch(0);',
    refutes: `${values.redelivered}, prefetch 1`,
  },

  arms: () => ({ undefended: {}, defended: {} }),
  variants: ({ workMs }) => {
    const knobs = (limit: keyof typeof LIMITS): [string, ArmKnobs] => [
      limit,
      { [NOTIFIER]: { 'consumer.prefetch': LIMITS[limit], 'consumer.workers': 1, 'consumer.delayMs': workMs } },
    ];
    return {
      undefended: Object.fromEntries(VARIANTS.undefended.map(knobs)),
      defended: Object.fromEntries(VARIANTS.defended.map(knobs)),
    };
  },
  bars: [{ value: values.share, unit: '%' }, { value: values.redelivered }],

  prediction: {
    question:
      'A consumer without a prefetch has a backlog of 150 messages. A second one connects: how much of it does it take over?',
    options: ['about half', 'a little', 'nothing'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await withHeardEvents(run, EVENT, (tap, models) =>
      run.eachVariant((variant) => measure(run, p, { variant, tap, models })),
    );
  },

  checks: checksFor,
  why: explain,
});

interface Material {
  readonly variant: string;
  readonly tap: Tap;
  /** Events that were really heard. */
  readonly models: readonly string[];
}

async function measure(run: ArmRun, p: Parameters, { variant, tap, models }: Material): Promise<void> {
  let events: readonly FreshEvent[] = [];
  await run.phase(
    `alone, ${variant}`,
    { what: `${String(p.messages)} messages come, and one consumer is there` },
    async () => {
      await run.inject(down(CONNECTION));
      events = freshEvents(models, p.messages);
      await tap.publish(
        EVENT,
        events.map(({ body }) => body),
      );
    },
  );

  await run.phase(`together, ${variant}`, { what: 'a second consumer connects' }, async () => {
    await run.heal();
    await run.until('both consume', async () => ((await consumers(run)) >= 2 ? true : undefined), PATIENCE_MS);
    const before = await Promise.all([done(run, NOTIFIER), done(run, SECOND)]);
    await run.wait(p.togetherMs);
    const [first, second] = await Promise.all([done(run, NOTIFIER), done(run, SECOND)]);
    const handled = [first - before[0], second - before[1]] as const;
    const both = handled[0] + handled[1];
    run.record(values.share, both === 0 ? 0 : (100 * handled[1]) / both, { samples: both });
  });

  await run.phase(`alone again, ${variant}`, { what: 'the first consumer dies, the second takes over' }, async () => {
    const before = await redelivered(run, SECOND);
    await run.inject(kill(NOTIFIER));
    await run.heal();
    const recorded = (): Promise<number> =>
      recordedOf(
        run,
        events.map(({ id }) => id),
      );
    const finished = async (): Promise<true | undefined> =>
      (await recorded()) === p.messages && (await run.inside.queue(NOTIFIER_QUEUE))?.messages === 0 ? true : undefined;
    await run.withKnobs({ [NOTIFIER]: { 'consumer.delayMs': 0 } }, async () => {
      await run.within(PATIENCE_MS, finished);
    });
    // The first has counted anew since it started.
    run.record(values.redelivered, (await redelivered(run, SECOND)) - before + (await redelivered(run, NOTIFIER)));
    run.record(values.untold, p.messages - (await recorded()), { samples: p.messages });
  });
}

const consumers = async (run: ArmRun): Promise<number> => (await run.inside.queue(NOTIFIER_QUEUE))?.consumers ?? 0;

/** What a consumer has finished since it started. */
async function done(run: ArmRun, instance: string): Promise<number> {
  return (
    (await run.inside.metrics(instance)).value('messages_total', { queue: NOTIFIER_QUEUE, outcome: 'processed' }) ?? 0
  );
}

async function redelivered(run: ArmRun, instance: string): Promise<number> {
  return (await run.inside.metrics(instance)).value('messages_redelivered_total', { queue: NOTIFIER_QUEUE }) ?? 0;
}
