import { z } from 'zod';
import { kill } from '../../faults/index.js';
import { placeOrder } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, measured } from './judgement.js';

const parameters = z.object({
  before: z.int().min(1).max(50).default(5).describe('how many orders are placed while everything works'),
  during: z.int().min(1).max(100).default(15).describe('how many orders are placed while the broker is dead'),
  patienceMs: z
    .int()
    .min(2_000)
    .max(60_000)
    .default(8_000)
    .describe('how long to wait for news after the broker is back'),
});

const notification = z.looseObject({ data: z.looseObject({ orderId: z.unknown().transform(String) }) });

const BROKER = 'rabbitmq';

export const dualWrite = defineScenario({
  id: 'dual-write',
  title: 'Dual write',
  question: 'Orders are saved while the broker is dead. Who ever hears of them?',
  summary:
    'An order is saved in one system and told of in another. When it is published after it was saved and the broker is dead, it is there and ' +
    'nobody hears of it; when the event is written together with the order, it is told of later.',
  seconds: 50,
  concepts: ['transactional-outbox', 'event-driven-architecture', 'data-consistency'],
  questions: ['save-and-publish'],
  claims: ['save-then-publish'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'payment-provider',
    'notification-service',
  ],
  cast: { customers: 3, restaurants: 1 },
  parameters,
  defect: {
    file: 'shared/dist/events/outbox.js',
    from: 'await publish(event);',
    to: 'await publish(event).catch(() => undefined);',
    refutes: measured.unheard,
  },

  arms: () => {
    const gateway = { 'api-gateway': { 'rateLimit.enabled': false } };
    const service = { 'orders.pendingGuard': 'none' };
    return {
      undefended: { ...gateway, 'order-service': { ...service, 'outbox.enabled': false } },
      defended: { ...gateway, 'order-service': { ...service, 'outbox.enabled': true } },
    };
  },
  bars: [{ value: measured.unheard }],

  prediction: {
    question: 'The broker is dead, and the event is in the outbox of the order. What is the customer who orders told?',
    options: [
      'an error: the event cannot be published',
      'yes, and the event is lost',
      'yes, and the event comes later',
    ],
    answer: answerOfThePrediction,
  },

  async story(run, { before, during, patienceMs }) {
    const customer = await run.newPerson('customer');
    const order = async (count: number): Promise<readonly string[]> => {
      const ids: string[] = [];
      while (ids.length < count) ids.push((await placeOrder(run.api(customer), run.cast)).id);
      return ids;
    };
    const heardOf = async (ids: readonly string[]): Promise<number> => {
      const told = await notified(run, customer.id);
      return ids.filter((id) => told.has(id)).length;
    };
    const everyone = (ids: readonly string[]) => async (): Promise<true | undefined> =>
      (await heardOf(ids)) === ids.length ? true : undefined;

    await run.phase('calm', { what: `${String(before)} orders` }, async () => {
      const ids = await order(before);
      await run.within(patienceMs, everyone(ids));
      run.record(measured.heardBefore, await heardOf(ids), { samples: before });
    });

    let placed: readonly string[] = [];
    await run.phase('outage', { what: `${String(during)} orders while ${BROKER} is dead` }, async () => {
      await run.inject(kill(BROKER));
      placed = await order(during);
    });

    await run.phase('recovery', { what: `${BROKER} is back` }, async () => {
      await run.heal();
      // The way is seen open before anybody concludes that something does not come: new orders are heard of again.
      await run.until(
        'an order that is placed now is heard of',
        async () => {
          const [id = ''] = await order(1);
          return run.within(2_000, everyone([id]));
        },
        30_000,
      );
      await run.within(patienceMs, everyone(placed));
      const stored = (await storedOrders(run.inside, [customer])).filter(({ id }) => placed.includes(id));
      run.record(measured.stored, stored.length, { samples: during });
      run.record(measured.unheard, during - (await heardOf(placed)), { samples: during });
    });
  },

  checks: checksFor,
  why: explain,
});

/** The orders of which the customer was told: the far end of the way that an event takes. */
async function notified(run: ArmRun, customerId: string): Promise<ReadonlySet<string>> {
  const { ObjectId } = await import('mongodb');
  const notifications = (await run.inside.mongo('notification_service')).collection('notifications');
  const found = await notifications.find({ userId: new ObjectId(customerId) }).toArray();
  return new Set(found.map((one) => notification.parse(one).data.orderId));
}
