import { z } from 'zod';
import type { AnsweredOrder, Person } from '../../load/index.js';
import { paidOrder, placeOrder } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, measured, STARTS, STEPS } from './judgement.js';
import type { Start } from './judgement.js';

const parameters = z.object({
  rounds: z.int().min(1).max(10).default(2).describe('how often each step is tried from each state'),
});

const seen = z.looseObject({ version: z.number() });

export const orderStateMachine = defineScenario({
  id: 'order-state-machine',
  title: 'Order state machine',
  question: 'A kitchen presses the wrong button. What becomes of the order?',
  summary:
    'Somebody who may move an order asks for every state from every state: cook before it is paid, be ready before it is cooked, come back ' +
    'after it was cancelled. Without a state machine all of it is written; with it only the steps that follow are.',
  seconds: 40,
  concepts: ['state-machine'],
  questions: ['design-an-order-state-machine'],
  claims: ['state-machine-enforces-business-rules'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'order-service', 'payment-provider'],
  cast: { customers: 1, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/move-order.js',
    from: 'dependencies.stateMachine() && ',
    to: 'false && ',
    refutes: measured.illegal,
  },

  arms: () => {
    const gateway = { 'api-gateway': { 'rateLimit.enabled': false } };
    const service = { 'orders.pendingGuard': 'none' };
    return {
      undefended: { ...gateway, 'order-service': { ...service, 'orders.stateMachine': false } },
      defended: { ...gateway, 'order-service': { ...service, 'orders.stateMachine': true } },
    };
  },
  bars: [{ value: measured.illegal }],

  prediction: {
    question: 'A restaurant starts to cook an order that was never paid. What does the state machine answer?',
    options: ['200, the owner may move his orders', '403, he may not', '409, that step does not follow'],
    answer: answerOfThePrediction,
  },

  async story(run, { rounds }) {
    const [customer] = run.cast.customers;
    if (!customer) return;
    const { owner } = run.cast;
    const tried = STEPS.flatMap((step) => Array.from({ length: rounds }, () => step));
    const orders: { readonly id: string; readonly from: Start }[] = [];

    await run.phase(
      'orders',
      { what: `${String(tried.length)} orders in ${String(STARTS.length)} states` },
      async () => {
        for (const { from } of tried) orders.push({ id: await orderIn(run, customer, from), from });
      },
    );
    await run.phase('steps', { what: 'the restaurant asks for every state' }, async () => {
      for (const name of [measured.legal, measured.illegal, measured.refusedWith409]) run.tally(name, 0);
      for (const [n, { to, follows }] of tried.entries()) {
        const order = orders[n];
        if (!order) continue;
        const status = await ask(run, owner, order.id, to);
        if (status === 200) run.tally(follows ? measured.legal : measured.illegal);
        if (status === 409) run.tally(measured.refusedWith409);
      }
      const stored = (await storedOrders(run.inside, [customer])).filter(({ id }) =>
        orders.some((one) => one.id === id),
      );
      const samples = stored.length;
      const cooking = stored.filter(({ status }) => status === 'PREPARING' || status === 'READY');
      run.record(measured.unpaid, cooking.filter(({ paymentState }) => paymentState === undefined).length, { samples });
      const risen = stored.filter(({ history }) =>
        history.some(({ from, to }) => from === 'CANCELLED' && to !== 'CANCELLED'),
      );
      run.record(measured.risen, risen.length, { samples });
    });
  },

  checks: checksFor,
  why: explain,
});

/** An order that has come to a state by steps that follow. */
async function orderIn(run: ArmRun, customer: Person, state: Start): Promise<string> {
  const { owner } = run.cast;
  const api = run.api(customer);
  const order: AnsweredOrder = await (state === 'PENDING' ? placeOrder : paidOrder)(api, run.cast);
  const path: readonly string[] = {
    PENDING: [],
    CONFIRMED: [],
    PREPARING: ['PREPARING'],
    READY: ['PREPARING', 'READY'],
    CANCELLED: ['CANCELLED'],
  }[state];
  for (const to of path) {
    await run.until(`an order is ${to}`, async () =>
      (await ask(run, owner, order.id, to)) === 200 ? true : undefined,
    );
  }
  return order.id;
}

/**
 * Asks for a step, on the version that is there now. Where a driver is assigned in the very moment the version is old: then it is
 * asked again, because it is not the version that is looked at.
 */
async function ask(run: ArmRun, who: Person, id: string, to: string): Promise<number | undefined> {
  const look = async (): Promise<number> =>
    (await run.api(who).get(`/api/orders/${id}`)).expect(200).read(seen).version;
  const version = await look();
  const { status } = await run.api(who).post(`/api/orders/${id}/transitions`, { to, version });
  return status === 409 && (await look()) !== version ? ask(run, who, id, to) : status;
}
