import { z } from 'zod';
import { placeOrder } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, measured } from './judgement.js';

const parameters = z.object({
  orders: z.int().min(20).max(200).default(40).describe('how many customers order and pay'),
  lostShare: z
    .number()
    .min(0.1)
    .max(0.9)
    .default(0.5)
    .describe('share of charges whose answer is lost, after the money was taken'),
});

/** What order-service logs for each charge that got no answer. */
const ASKING_AGAIN = 'charging got no answer';

export const doubleCharge = defineScenario({
  id: 'double-charge',
  title: 'Double charge',
  question: 'The payment provider takes the money and its answer is lost. How often does the customer pay?',
  summary:
    'Half of the answers of the payment provider are lost after it has taken the money, and the order service asks again. When each ' +
    'attempt is a new charge, customers pay twice and more; when all attempts carry the same key, each pays once.',
  seconds: 35,
  concepts: ['idempotency', 'payments'],
  questions: ['prevent-double-charging'],
  claims: ['idempotency-key-prevents-double-charging'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', 'payment-provider'],
  cast: { customers: 1, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/charge-order.js',
    from: 'idempotencyKeys ? order.id :',
    to: 'false ? order.id :',
    refutes: measured.again,
  },

  arms: () => {
    // Webhooks would tell what the lost answers did not: the second way to the truth is off, so that repeating is all there is.
    const alike = {
      'api-gateway': { 'rateLimit.enabled': false, 'upstream.timeoutMs': 15_000, 'retry.enabled': false },
      'payment-provider': { 'webhook.enabled': false },
    };
    const service = { 'orders.pendingGuard': 'none', 'surge.enabled': false };
    return {
      undefended: { ...alike, 'order-service': { ...service, 'payment.idempotencyKeys': false } },
      defended: { ...alike, 'order-service': { ...service, 'payment.idempotencyKeys': true } },
    };
  },
  bars: [{ value: measured.charges }],

  prediction: {
    question: 'A charge gets no answer and is asked for again under the same key. What does the provider do?',
    options: ['it charges again', 'it refuses', 'it answers with the first charge'],
    answer: answerOfThePrediction,
  },

  async story(run, { orders: count, lostShare }) {
    const [customer] = run.cast.customers;
    const ids: string[] = [];
    await run.phase('orders', { what: `${String(count)} orders are placed` }, async () => {
      while (ids.length < count) ids.push((await placeOrder(run.api(customer), run.cast)).id);
    });

    const before = new Set((await run.inside.ledger()).charges.map(({ id }) => id));
    await run.phase(
      'payments',
      { what: `they are paid, and ${String(100 * lostShare)} % of the answers are lost` },
      () =>
        run.withKnobs({ 'payment-provider': { 'charge.lostResponseRate': lostShare } }, async () => {
          const pay = (id: string): Promise<unknown> =>
            run.api(customer, { tag: 'payment' }).post(`/api/orders/${id}/payment`, { paymentToken: 'tok_visa' });
          await Promise.all(ids.map(pay));
        }),
    );

    await run.phase('books', { what: 'the books of the provider are compared with the orders' }, async () => {
      const isOurs = ({ orderId }: Readonly<Record<string, unknown>>): boolean => ids.some((id) => id === orderId);
      const charges = (await run.inside.ledger()).charges.filter(({ id }) => !before.has(id));
      const stored = (await storedOrders(run.inside, customer ? [customer] : [])).filter(({ id }) => ids.includes(id));
      const taken = charges.reduce((sum, { amount }) => sum + amount.amount, 0);
      const owed = stored.reduce((sum, { total }) => sum + total, 0);
      run.record(measured.charges, charges.length, { samples: count });
      run.record(measured.again, charges.length - ids.length, { samples: count });
      run.record(measured.tooMuch, (taken - owed) / 100, { samples: count });
      run.record(measured.confirmed, stored.filter(({ status }) => status === 'CONFIRMED').length, { samples: count });
      const asked = await run.inside.log();
      const again = asked.filter(({ message, fields }) => message.startsWith(ASKING_AGAIN) && isOurs(fields));
      run.record(measured.lost, again.length, { samples: count });
    });
  },

  checks: checksFor,
  why: explain,
});
