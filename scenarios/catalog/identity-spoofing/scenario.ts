import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { forgeToken } from '../../load/index.js';
import type { Person, StoryAnswer } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, values } from './judgement.js';

const TARGET = 'order-service';
/** Past the gateway: from a neighbouring container, a forgotten port, a request that another service was talked into. */
const INSIDE = { at: TARGET } as const;

const parameters = z.object({
  victims: z
    .int()
    .min(2)
    .max(8)
    .default(6)
    .describe('how many customers have an order that is none of the intruder’s business'),
});

const order = z.looseObject({ id: z.string(), status: z.string(), version: z.number() });

/** Somebody with an order, and what of it the intruder has to know: ids are in links, logs and e-mails. */
interface Victim {
  readonly who: Person;
  readonly orderId: string;
  readonly version: number;
}

export const identitySpoofing = defineScenario({
  id: 'identity-spoofing',
  title: 'Identity spoofing',
  question: 'Somebody reaches a service past the gateway, with x-user-id in hand. Who is he?',
  summary:
    'An intruder inside the network sends requests to the order service and names his victims in a header. A service that ' +
    'believes the header shows him their orders and cancels them for him; one that believes signatures alone refuses each request.',
  seconds: 30,
  concepts: ['service-identity'],
  questions: ['validate-tokens-at-the-gateway-or-in-services'],
  claims: ['services-trust-x-user-id'],
  services: ['api-gateway', 'user-service', 'restaurant-service', TARGET],
  cast: { customers: 8 },
  parameters,
  defect: {
    file: 'shared/dist/http/authorize.js',
    from: 'believesBareIdentity() && bareIdentity(req)',
    to: 'bareIdentity(req)',
    refutes: values.read,
  },

  arms: () => ({
    undefended: { [TARGET]: { 'identity.signed': false } },
    defended: { [TARGET]: { 'identity.signed': true } },
  }),
  bars: [{ value: values.read }, { value: values.cancelled }],

  prediction: {
    question: 'The services take identities only when the gateway has signed them. What does a bare x-user-id open?',
    options: ['the orders of whom it names', 'reading only', 'nothing'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const victims: Victim[] = [];
    await run.phase('orders', { what: `${String(p.victims)} customers order, through the gateway` }, async () => {
      for (const [n, who] of run.cast.customers.slice(0, p.victims).entries())
        victims.push(await placeOrder(run, who, n));
    });

    await run.phase('header', { what: 'past the gateway, with the id of the victim in a header' }, async () => {
      const answers = { seen: [] as number[], moved: [] as number[] };
      for (const { who, orderId, version } of victims) {
        const headers = { 'x-user-id': who.id, 'x-user-role': 'customer' };
        const inside = run.api(undefined, INSIDE);
        const cancel = { to: 'CANCELLED', version };
        answers.seen.push(statusOf(await inside.get(`/api/orders/${orderId}`, { headers })));
        answers.moved.push(statusOf(await inside.post(`/api/orders/${orderId}/transitions`, cancel, { headers })));
      }
      count(run, values.read, answers.seen, (status) => status === 200);
      count(run, values.refused, [...answers.seen, ...answers.moved], (status) => status === 401);
    });

    await run.phase('forgery', { what: 'past the gateway, with an identity that he has made or stolen' }, async () => {
      const answers: number[] = [];
      for (const { who, orderId } of victims)
        for (const identity of forgeries(who)) {
          const headers = { 'x-quickbite-identity': identity };
          answers.push(statusOf(await run.api(undefined, INSIDE).get(`/api/orders/${orderId}`, { headers })));
        }
      count(run, values.forged, answers, (status) => status !== 401);
    });

    await run.phase(
      'gateway',
      { what: 'through the gateway, with an account of his own and the same headers' },
      async () => {
        const intruder = await run.newPerson('customer');
        const answers: number[] = [];
        for (const { who, orderId } of victims) {
          const [forged = ''] = forgeries(who);
          const headers = { 'x-user-id': who.id, 'x-user-role': 'customer', 'x-quickbite-identity': forged };
          answers.push(statusOf(await run.api(intruder).get(`/api/orders/${orderId}`, { headers })));
        }
        // An order does not exist for those who have no part in it.
        count(run, values.through, answers, (status) => status !== 404);
      },
    );

    await run.phase('afterwards', { what: 'the customers look at their orders' }, async () => {
      const found: string[] = [];
      for (const { who, orderId } of victims)
        found.push((await run.api(who).get(`/api/orders/${orderId}`)).expect(200).read(order).status);
      count(run, values.cancelled, found, (status) => status === 'CANCELLED');
    });
  },

  checks: checksFor,
  why: explain,
});

const statusOf = ({ status }: StoryAnswer): number => status ?? 0;

/** Keeps how many of them are so. */
function count<T>(run: ArmRun, name: string, all: readonly T[], isSo: (one: T) => boolean): void {
  run.record(name, all.filter(isSo).length, { samples: all.length });
}

async function placeOrder(run: ArmRun, who: Person, n: number): Promise<Victim> {
  const restaurant = run.cast.restaurants[n % run.cast.restaurants.length];
  const body = {
    restaurantId: restaurant?.id,
    items: [{ menuItemId: restaurant?.menu[0]?.id, quantity: 1 }],
    deliveryLocation: run.cast.place,
  };
  const placed = await run.api(who).post('/api/orders', body, { idempotencyKey: randomUUID() });
  const { id, version } = placed.expect(201).read(order);
  return { who, orderId: id, version };
}

/** Signed with a key of his own; not signed; and the victim's own access token, which is for the gateway and for nobody else. */
function forgeries(who: Person): readonly string[] {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: who.id,
    role: 'customer',
    iss: 'quickbite-gateway',
    aud: 'quickbite-services',
    iat: now,
    exp: now + 60,
  };
  return [forgeToken(claims, { key: randomUUID() }), forgeToken(claims, { alg: 'none' }), who.token];
}
