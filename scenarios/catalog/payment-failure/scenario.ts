import { z } from 'zod';
import type { Person } from '../../load/index.js';
import { paidOrder, placeOrder } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, measured } from './judgement.js';

const parameters = z.object({
  each: z.int().min(1).max(50).default(6).describe('how many orders end in each of the three ways'),
  chargeMs: z
    .int()
    .min(500)
    .max(5_000)
    .default(1_500)
    .describe('how long the provider takes to answer while an order is cancelled'),
  settleMs: z.int().min(2_000).max(60_000).default(8_000).describe('how long to wait for money to come back'),
});

/** A charge is under way, and its order is cancelled before the answer. */
const CANCEL_AFTER_MS = 300;

export const paymentFailure = defineScenario({
  id: 'payment-failure',
  title: 'Payment failure',
  question: 'A payment fails, or its order is cancelled. Who has the money in the end?',
  summary:
    'Cards are declined, paid orders are cancelled, and orders are cancelled while their charge is under way. No transaction spans ' +
    'the order and the provider: without a compensating step money stays charged for orders that came to nothing; with it, it goes back.',
  seconds: 45,
  concepts: ['sagas', 'payments'],
  questions: ['handle-payment-failures'],
  claims: ['saga-refunds-what-failed'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', 'payment-provider'],
  cast: { customers: 1, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/settle-payment.js',
    from: '!paymentSettings().compensation',
    to: 'true',
    refutes: measured.kept,
  },

  arms: () => {
    // The worker alone, not the provider's webhooks, is to find out what is owed.
    const alike = { 'api-gateway': { 'rateLimit.enabled': false }, 'payment-provider': { 'webhook.enabled': false } };
    const service = { 'orders.pendingGuard': 'none', 'surge.enabled': false };
    return {
      undefended: { ...alike, 'order-service': { ...service, 'payment.compensation': false } },
      defended: { ...alike, 'order-service': { ...service, 'payment.compensation': true } },
    };
  },
  bars: [{ value: measured.kept, unit: 'EUR' }],

  prediction: {
    question: 'An order is cancelled while its charge is under way, and the charge succeeds. What does the saga do?',
    options: ['it confirms the order', 'it keeps the money until somebody complains', 'it gives the money back'],
    answer: answerOfThePrediction,
  },

  async story(run, { each, chargeMs, settleMs }) {
    const [customer] = run.cast.customers;
    if (!customer) return;
    const times = <T>(work: () => Promise<T>): Promise<readonly T[]> => Promise.all(Array.from({ length: each }, work));
    const ids: string[] = [];

    await run.phase('declined', { what: `${String(each)} cards are declined` }, async () => {
      const declined = await times(async () => {
        const { id } = await placeOrder(run.api(customer), run.cast);
        ids.push(id);
        return (await pay(run, customer, id, 'tok_declined')).status === 402;
      });
      run.record(measured.declined, declined.filter(Boolean).length, { samples: each });
    });
    await run.phase('cancelled', { what: `${String(each)} paid orders are cancelled` }, async () => {
      await times(async () => {
        const { id } = await paidOrder(run.api(customer), run.cast);
        ids.push(id);
        await cancel(run, customer, id);
      });
    });
    await run.phase('crossed', { what: `${String(each)} orders are cancelled while they are being charged` }, () =>
      run.withKnobs({ 'payment-provider': { 'charge.delayMs': chargeMs } }, async () => {
        await times(async () => {
          const { id } = await placeOrder(run.api(customer), run.cast);
          ids.push(id);
          const paying = pay(run, customer, id, 'tok_visa');
          await run.wait(CANCEL_AFTER_MS);
          await cancel(run, customer, id);
          await paying;
        });
      }),
    );
    await run.phase('settled', { what: 'the books of the provider are read' }, async () => {
      await run.within(settleMs, async () => ((await booksOf(run, ids)).kept === 0 ? true : undefined));
      const { charged, kept, refunds } = await booksOf(run, ids);
      const ended = (await storedOrders(run.inside, [customer])).filter(({ id }) => ids.includes(id));
      run.record(measured.charged, charged, { samples: ids.length });
      run.record(measured.kept, kept / 100, { samples: ids.length });
      run.record(measured.refunds, refunds, { samples: ids.length });
      const open = ended.filter(({ status }) => status !== 'CANCELLED' && status !== 'PAYMENT_FAILED').length;
      run.record(measured.open, open, { samples: ended.length });
    });
  },

  checks: checksFor,
  why: explain,
});

const pay = (
  run: ArmRun,
  customer: Person,
  id: string,
  paymentToken: string,
): Promise<{ status: number | undefined }> => run.api(customer).post(`/api/orders/${id}/payment`, { paymentToken });

/** Where a driver is assigned in the very moment the version is old: then the customer looks again. */
async function cancel(run: ArmRun, customer: Person, id: string): Promise<void> {
  await run.until(`order ${id} is cancelled`, async () => {
    const { version } = (await run.api(customer).get(`/api/orders/${id}`))
      .expect(200)
      .read(z.looseObject({ version: z.number() }));
    const moved = await run.api(customer).post(`/api/orders/${id}/transitions`, { to: 'CANCELLED', version });
    return moved.status === 200 ? true : undefined;
  });
}

/** What the provider took and gave back for these orders: the key of a charge is the order's id. */
async function booksOf(
  run: ArmRun,
  ids: readonly string[],
): Promise<{ charged: number; kept: number; refunds: number }> {
  const ledger = await run.inside.ledger();
  const charges = ledger.charges.filter(({ idempotencyKey }) => ids.includes(idempotencyKey));
  const refunds = ledger.refunds.filter(({ chargeId }) => charges.some(({ id }) => id === chargeId));
  const sum = (items: readonly { readonly amount: { readonly amount: number } }[]): number =>
    items.reduce((total, { amount }) => total + amount.amount, 0);
  return { charged: charges.length, kept: sum(charges) - sum(refunds), refunds: refunds.length };
}
