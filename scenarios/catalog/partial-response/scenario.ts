import { z } from 'zod';
import { kill } from '../../faults/index.js';
import type { Answer, Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { AWAY, checksFor, explain, predictionOf, WHOLE } from './judgement.js';

const parameters = z.object({
  reads: z.int().min(10).max(500).default(30).describe('how many look at their order while a service is away'),
});

const order = z.looseObject({ id: z.string(), driverId: z.string().nullish() });
const details = z.looseObject({ partial: z.boolean(), missing: z.array(z.string()) });

export const partialResponse = defineScenario({
  id: 'partial-response',
  title: 'Partial response',
  question: 'A screen shows an order, its restaurant and its driver. One of the three is away: what is answered?',
  summary:
    'The details of an order come from three services. One after the other is killed: the restaurant service, the driver ' +
    'service, the order service. All or nothing fails each time; a partial answer leaves out what is away and says so, and ' +
    'fails only without the order itself.',
  seconds: 35,
  concepts: ['partial-responses', 'graceful-degradation', 'service-isolation'],
  questions: ['one-of-three-services-is-down'],
  claims: ['orders-without-restaurant-details'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'driver-service',
    'payment-provider',
  ],
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/order-details.js',
    from: 'if (!partial) throw error;',
    to: 'throw error;',
    refutes: 'answered, restaurant-service away',
  },

  arms: () => {
    // Last good copies would stand in for the restaurant, and all readers come from one address: both are another lesson.
    const arm = (partial: boolean): ArmKnobs => ({
      'api-gateway': {
        'aggregation.partial': partial,
        'fallback.enabled': false,
        'responseCache.enabled': false,
        'breaker.enabled': false,
        'retry.enabled': false,
        'rateLimit.enabled': false,
      },
    });
    return { undefended: arm(false), defended: arm(true) };
  },
  bars: [{ value: `answered, ${AWAY.restaurant}` }, { value: `answered, ${AWAY.driver}` }],

  prediction: {
    question: 'The driver service is down. What does a partial answer have in place of the driver?',
    options: [
      'an error instead of the whole answer',
      'null, as before a driver is assigned',
      'null, and the word that the driver is missing',
    ],
    answer: predictionOf,
  },

  async story(run, { reads }) {
    const [customer] = run.cast.customers;
    if (!customer) throw new RangeError('Expected a cast with a customer.');
    let path = '';
    const look = async (tag: string): Promise<void> => {
      const answers = await run.burst(tag, reads, () => ({ path, as: customer, mark: whatIsMissing }));
      run.record(`answered, ${tag}`, answers.filter(({ status }) => status === 200).length, { samples: reads });
    };

    await run.phase('an order', { what: 'ordered, paid, and a driver is on the way' }, async () => {
      path = `/api/orders/${await orderWithDriver(run, customer)}/details`;
      await look(WHOLE);
    });
    for (const away of Object.values(AWAY)) {
      await run.phase(away, { what: `${String(reads)} look at the order` }, async () => {
        await run.inject(kill(away.replace(' away', '')));
        await look(away);
        await run.heal();
      });
    }
  },

  checks: ({ reads }) => checksFor(reads),
  why: explain,
});

/** An order that is paid and has a driver. */
async function orderWithDriver(run: ArmRun, customer: Person): Promise<string> {
  const { restaurants, place } = run.cast;
  // Each arm orders of another restaurant than preflight did: a customer has one unpaid order with each.
  const restaurant = restaurants.at(-1);
  const api = run.api(customer);
  const keyed = (): { idempotencyKey: string } => ({ idempotencyKey: crypto.randomUUID() });
  const basket = {
    restaurantId: restaurant?.id,
    items: [{ menuItemId: restaurant?.menu[0]?.id, quantity: 1 }],
    deliveryLocation: place,
  };
  const { id } = (await api.post('/api/orders', basket, keyed())).expect(201).read(order);
  (await api.post(`/api/orders/${id}/payment`, { paymentToken: 'tok_visa' }, keyed())).expect(200);
  await run.until('the order has a driver', async () => {
    const now = (await api.get(`/api/orders/${id}`)).expect(200).read(order);
    return now.driverId ? true : undefined;
  });
  return id;
}

/** `whole`, or the parts that the answer says are missing. */
function whatIsMissing({ status, text }: Answer): string {
  if (status !== 200) return 'refused';
  const { partial, missing } = details.parse(JSON.parse(text));
  return partial ? missing.join(' and ') : WHOLE;
}
