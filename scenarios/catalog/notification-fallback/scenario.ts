import { z } from 'zod';
import type { Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { everybodyOrders, handled, NOTIFIER, untilTold } from '../../steps/index.js';
import type { PlacedOrder } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, values, WAYS } from './judgement.js';
import { arrivals, makeCustomers, untilTriedTwice } from './phones.js';

const parameters = z.object({
  customers: z.int().min(2).max(10).default(6).describe('how many customers order while a provider fails'),
});

const delivery = (fallback: boolean, sameKey: boolean): ArmKnobs => ({
  [NOTIFIER]: { 'fallback.enabled': fallback, 'delivery.sameKey': sameKey },
});

/** So many tries that the answers come back before they are used up. */
const PATIENT = 10;

export const notificationFallback = defineScenario({
  id: 'notification-fallback',
  title: 'Notification fallback',
  question: 'The push provider fails. Who hears of their order, by which way, and how often?',
  summary:
    'Customers order while the push provider is down, then while SMS is down as well, then while push messages arrive and the ' +
    'answers are lost. Without a fallback nobody hears anything; with a new key for each try the phone rings for each of them; a chain of channels ' +
    'with one key for each tells everybody once.',
  seconds: 50,
  concepts: ['multi-channel-notifications'],
  questions: ['the-push-provider-is-down'],
  claims: ['catch-push-send-sms'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', NOTIFIER],
  cast: { customers: 1, drivers: 0, restaurants: 6 },
  parameters,
  defect: {
    file: 'services/notification-service/dist/domain/deliver.js',
    from: 'settings.sameKey ? key :',
    to: 'false ? key :',
    refutes: `${values.tooMany}, ${WAYS.chain}`,
  },

  arms: () => {
    const both: ArmKnobs = { 'api-gateway': { 'rateLimit.enabled': false } };
    return { undefended: both, defended: both };
  },
  variants: () => ({
    undefended: { [WAYS.alone]: delivery(false, true), [WAYS.newKeys]: delivery(true, false) },
    defended: { [WAYS.chain]: delivery(true, true) },
  }),
  bars: [{ value: values.untold }, { value: values.untoldTwoDown }, { value: values.tooMany }],

  prediction: {
    question:
      'A push arrives, but the answer of the provider is lost, twice. Each try has a new key. How many pushes does the customer get?',
    options: ['one', 'two', 'three or more'],
    answer: answerOfThePrediction,
  },

  notes: {
    'push down':
      'Three tries on push, then SMS. Why not at once? An SMS costs money, and a provider stumbles more often than it falls.',
    'answers lost': 'Nobody knows whether it arrived. What is worse: never, or twice? And who can tell the two apart?',
  },

  async story(run, p) {
    const customers = await makeCustomers(run, p.customers);
    const samples = p.customers;
    await run.eachVariant(async () => {
      await run.phase('push down', { what: 'the push provider refuses everything' }, async () => {
        const told = await orderWhile(run, customers, { 'channel.push.down': true });
        run.record(
          values.untold,
          count(told, ({ all }) => all === 0),
          { samples },
        );
        run.record(
          values.bySms,
          count(told, ({ sms }) => sms === 1),
          { samples },
        );
        run.record(
          values.twiceDown,
          count(told, ({ all }) => all > 1),
          { samples },
        );
      });
      await run.phase('push and SMS down', { what: 'the SMS gateway does, too' }, async () => {
        const told = await orderWhile(run, customers, { 'channel.push.down': true, 'channel.sms.down': true });
        run.record(
          values.untoldTwoDown,
          count(told, ({ all }) => all === 0),
          { samples },
        );
        run.record(
          values.byEmail,
          count(told, ({ email }) => email === 1),
          { samples },
        );
      });
      await run.phase('answers lost', { what: 'pushes arrive, and are reported as failed' }, async () => {
        const trouble = { 'channel.push.lostAnswers': 1, 'delivery.attempts': PATIENT };
        const told = await orderWhile(run, customers, trouble, (orders) => untilTriedTwice(run, orders));
        run.record(
          values.tooMany,
          told.reduce((sum, { all }) => sum + Math.max(0, all - 1), 0),
          { samples },
        );
        run.record(
          values.untoldLost,
          count(told, ({ all }) => all === 0),
          { samples },
        );
      });
    });
  },

  checks: ({ customers }) => checksFor(customers),
  why: explain,
});

type Arrived = Awaited<ReturnType<typeof arrivals>>;

const count = (told: readonly Arrived[], which: (one: Arrived) => boolean): number => told.filter(which).length;

/**
 * Lets everybody order while something is wrong with a provider, and waits until nothing more is to be sent.
 * @param during how long it stays wrong; by default until everything is sent, or given up
 * @returns what arrived about each order
 */
async function orderWhile(
  run: ArmRun,
  customers: readonly Person[],
  trouble: Readonly<Record<string, unknown>>,
  during?: (orders: readonly PlacedOrder[]) => Promise<void>,
): Promise<readonly Arrived[]> {
  const before = await handled(run);
  let orders: readonly PlacedOrder[] = [];
  const all = (): Promise<void> => untilTold(run, before + customers.length);
  await run.withKnobs({ [NOTIFIER]: trouble }, async () => {
    orders = await everybodyOrders(run, customers);
    await (during ? during(orders) : all());
  });
  await all();
  return Promise.all(orders.map((order) => arrivals(run, order)));
}
