import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { down, pause } from '../../faults/index.js';
import { orderRequest } from '../../load/index.js';
import type { Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import { everybodyOrders, mailsAbout, NOTIFIER } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, values, VARIANTS } from './judgement.js';

const PUBLISHER = 'order-service';
const BROKER = 'rabbitmq';
const CONNECTION = { from: PUBLISHER, to: BROKER } as const;
/** Shorter than the publisher waits for a confirm: the gateway gives up first, as an impatient customer does. */
const GATEWAY_PATIENCE_MS = 3_500;
/** A reconnect comes after a pause of at most 2 s; on a busy machine everything takes longer. */
const BACK_MS = 30_000;
/** For what left the outbox and is in work when somebody looks. */
const MOMENT_MS = 5_000;
const CREATED = 201;

const parameters = z.object({
  customers: z.int().min(1).max(30).default(8).describe('how many customers order in each of the two outages'),
});

export const brokerDown = defineScenario({
  id: 'broker-down',
  title: 'Broker down',
  question: 'RabbitMQ is away when customers order. What are they told, and what is true?',
  summary:
    'Customers order while the order service cannot reach RabbitMQ, and while RabbitMQ hangs. Publishing in the request turns an outage of ' +
    'the broker into wrong answers: yes to orders of which nobody hears, or no to orders that exist. With an outbox they are taken at once ' +
    'and told of later.',
  seconds: 35,
  concepts: ['transactional-outbox', 'publisher-confirms', 'message-queues'],
  questions: ['rabbitmq-is-down-when-an-order-comes'],
  claims: ['publishing-does-not-block'],
  services: ['api-gateway', 'user-service', 'restaurant-service', PUBLISHER, NOTIFIER],
  links: [CONNECTION],
  cast: { customers: 3, restaurants: 8 },
  parameters,
  defect: {
    file: 'shared/dist/events/outbox.js',
    from: 'await publish(event);',
    to: 'await publish(event).catch(() => undefined);',
    refutes: `${values.unheard}, outbox`,
  },

  arms: () => {
    // What else would answer in the order service's place, or try again, is off: one defence at a time is measured.
    const both = {
      'api-gateway': {
        'upstream.timeoutMs': GATEWAY_PATIENCE_MS,
        'breaker.enabled': false,
        'retry.enabled': false,
        'rateLimit.enabled': false,
      },
    };
    return { undefended: both, defended: both };
  },
  variants: () => ({
    undefended: {
      [VARIANTS.logged]: { [PUBLISHER]: { 'outbox.enabled': false, 'outbox.lossAnswer': 'success' } },
      [VARIANTS.answered]: { [PUBLISHER]: { 'outbox.enabled': false, 'outbox.lossAnswer': 'error' } },
    },
    defended: { [VARIANTS.outbox]: { [PUBLISHER]: { 'outbox.enabled': true } } },
  }),
  bars: [{ value: values.toldYes }, { value: values.unheard }, { value: values.toldYesSilent }],

  prediction: {
    question:
      'An order is saved, then its event is published, and an error is passed on to the customer. The broker is down. What is there?',
    options: ['no order, and an error', 'an order, and an error', 'an order, and its event comes later'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.eachVariant(async (variant) => {
      let unlucky: readonly Person[] = [];
      await run.phase(`down, ${variant}`, { what: `${PUBLISHER} cannot reach ${BROKER}` }, async () => {
        unlucky = await newCustomers(run, p.customers);
        await run.inject(down(CONNECTION));
        run.record(values.toldYes, await order(run, unlucky), { samples: unlucky.length });
        await run.heal();
        await run.until(`${PUBLISHER} is connected again`, () => isReady(run), BACK_MS);
      });

      await run.phase(`silent, ${variant}`, { what: `${BROKER} accepts everything and answers nothing` }, async () => {
        const silent = await newCustomers(run, p.customers);
        await run.inject(pause(BROKER));
        run.record(values.toldYesSilent, await order(run, silent), { samples: silent.length });
        await run.heal();
      });

      await run.phase(`back, ${variant}`, { what: `${BROKER} answers again` }, async () => {
        // The way is seen open before anybody concludes that something does not come.
        const canary = await everybodyOrders(run, await newCustomers(run, 1));
        await run.until('a new order is heard of', async () => everyone(await mailsAbout(run, canary)), BACK_MS);
        await run.until('nothing waits in the outbox', () => isRelayed(run), BACK_MS);
        const orders = await storedOrders(run.inside, unlucky);
        await run.within(MOMENT_MS, async () => everyone(await mailsAbout(run, orders)));
        const mails = await mailsAbout(run, orders);
        run.record(values.saved, orders.length, { samples: unlucky.length });
        run.record(values.unheard, mails.filter((count) => count === 0).length, { samples: unlucky.length });
      });
    });
  },

  checks: checksFor,
  why: explain,
});

function newCustomers(run: ArmRun, count: number): Promise<readonly Person[]> {
  return Promise.all(Array.from({ length: count }, () => run.newPerson('customer')));
}

/** All at once. @returns how many were told that their order is accepted */
async function order(run: ArmRun, customers: readonly Person[]): Promise<number> {
  const [restaurant] = run.cast.restaurants;
  const statuses = await Promise.all(
    customers.map(async (customer) => {
      const body = orderRequest(restaurant, run.cast.place);
      const { status } = await run.api(customer).post('/api/orders', body, { idempotencyKey: randomUUID() });
      return status;
    }),
  );
  return statuses.filter((status) => status === CREATED).length;
}

const everyone = (mails: readonly number[]): true | undefined => (mails.every((count) => count > 0) ? true : undefined);

async function isReady(run: ArmRun): Promise<true | undefined> {
  return (await run.api(undefined, { at: PUBLISHER }).get('/health/ready')).status === 200 ? true : undefined;
}

async function isRelayed(run: ArmRun): Promise<true | undefined> {
  return (await run.inside.metrics(PUBLISHER)).value('outbox_events') === 0 ? true : undefined;
}
