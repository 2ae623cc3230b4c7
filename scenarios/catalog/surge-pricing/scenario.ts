import { z } from 'zod';
import type { Driver, Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, RELIEVED, values } from './judgement.js';

const parameters = z.object({
  customers: z.int().min(10).max(14).default(14).describe('how many ask for a price, one after the other'),
  onDuty: z.int().min(1).max(4).default(2).describe('how many drivers are on duty when they do'),
});

const quote = z.looseObject({
  quoteId: z.string(),
  total: z.object({ amount: z.number() }),
  pricing: z.looseObject({ surge: z.looseObject({ multiplier: z.number() }) }),
});
const order = z.looseObject({
  id: z.string(),
  version: z.number(),
  driverId: z.string().nullish(),
  total: z.object({ amount: z.number() }),
});

/** What a customer pays at most, in ordinary delivery fees: an assumption about people, the same in both arms. */
const LIMITS = [1, 1.5, 2, 3] as const;
/** Drivers of the cast: the rest comes when the evening has begun. */
const DRIVERS = 10;

/** How long the fee may take to fall. */
const RELIEF_MS = 5_000;

/** An order, and who placed it. */
interface Placed {
  readonly id: string;
  readonly customer: Person;
}

const pricing = (enabled: boolean): ArmKnobs => ({
  'api-gateway': { 'rateLimit.enabled': false },
  // A price for each customer, instead of one every 30 s: an evening in seconds.
  'order-service': { 'surge.enabled': enabled, 'surge.repriceSeconds': 0 },
});

export const surgePricing = defineScenario({
  id: 'surge-pricing',
  title: 'Surge pricing',
  question: 'Many customers, few drivers. What does a fee that rises change, and for whom does it not rise?',
  summary:
    'Customers ask for a price, one after the other, and order when it is not beyond their limit; two drivers are on duty. At a ' +
    'flat fee all of them order, and most wait for nobody. A fee that follows demand and supply turns some away before they ' +
    'pay, keeps to each price that was quoted, and falls when drivers come.',
  seconds: 40,
  concepts: ['surge-pricing'],
  questions: ['how-does-surge-pricing-work'],
  claims: ['surge-jumps-with-the-ratio'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'driver-service',
    'payment-provider',
  ],
  cast: { customers: 14, drivers: DRIVERS, restaurants: 2 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/surge.js',
    from: 'if (ratio >= current + STEP)',
    to: 'if (false)',
    refutes: values.peak,
  },

  arms: () => ({ undefended: pricing(false), defended: pricing(true) }),
  bars: [{ value: values.ordered }, { value: values.waiting }],

  prediction: {
    question:
      'Somebody was quoted the ordinary fee, and orders with that quote when it has become dearer. What do they pay?',
    options: ['what it costs by now', 'what was quoted', 'nothing: the quote is refused'],
    answer: answerOfThePrediction,
  },

  notes: {
    evening: 'The fee turns customers away. Who are they, and is that what we want? Look at who still orders.',
    promise: 'A price on a screen is a promise. Where is it stored? Nowhere: it is signed.',
    relief: 'Drivers come, and the fee falls. Outside of the lab by a step every 30 s: why not at once?',
  },

  async story(run, p) {
    const { drivers } = run.cast;
    const customers = run.cast.customers.slice(0, p.customers);
    const [early, ...others] = customers;
    if (!early) throw new RangeError('Expected a cast with customers.');
    const onDuty = drivers.slice(0, p.onDuty);
    const placed: Placed[] = [];
    let promised = { quoteId: '', total: { amount: 0 } };

    await run.phase('evening', { what: `${String(p.customers)} customers, ${String(p.onDuty)} drivers` }, async () => {
      await setDuty(run, drivers, 'offline');
      await setDuty(run, onDuty, 'available');
      promised = await ask(run, early);
      const multipliers: number[] = [];
      for (const [n, customer] of others.entries()) {
        const { quoteId, pricing: seen } = await ask(run, customer);
        multipliers.push(seen.surge.multiplier);
        if (seen.surge.multiplier > (LIMITS[n % LIMITS.length] ?? 1)) continue;
        placed.push({ id: (await place(run, customer, quoteId)).id, customer });
      }
      for (const { id, customer } of placed) await pay(run, customer, id);
      run.record(values.peak, Math.max(...multipliers), { samples: others.length });
      run.record(values.ordered, placed.length, { samples: others.length });
      const told = await run.until('the drivers on duty have an order each', async () => {
        const orders = await Promise.all(placed.map((one) => look(run, one)));
        const found = orders.filter(({ driverId }) => driverId).length;
        return found >= onDuty.length ? found : undefined;
      });
      run.record(values.waiting, placed.length - told, { samples: placed.length });
    });

    await run.phase('promise', { what: 'the first of them orders at last, with the quote and without' }, async () => {
      const asked = await ask(run, early);
      run.record(values.now, asked.total.amount - promised.total.amount);
      const kept = await place(run, early, promised.quoteId);
      run.record(values.beyondQuote, kept.total.amount - promised.total.amount);
      const [somebodyElse] = others;
      const stolen = await run
        .api(somebodyElse)
        .post('/api/orders', { ...basket(run), quoteId: promised.quoteId }, keyed());
      run.record(values.stolen, stolen.status === 201 ? 1 : 0);
      placed.push({ id: kept.id, customer: early });
    });

    await run.phase('relief', { what: 'the other drivers come on duty' }, async () => {
      await setDuty(run, drivers.slice(p.onDuty), 'available');
      await cancelAll(run, placed);
      await allAvailable(run, drivers);
      let last = 0;
      // That somebody came on duty reaches the count a moment later.
      await run.within(RELIEF_MS, async () => {
        last = (await ask(run, early)).pricing.surge.multiplier;
        return last <= RELIEVED ? true : undefined;
      });
      run.record(values.relieved, last);
    });
  },

  checks: checksFor,
  why: explain,
});

const keyed = (): { idempotencyKey: string } => ({ idempotencyKey: crypto.randomUUID() });

function basket({ cast: { restaurants, place } }: ArmRun): Record<string, unknown> {
  const [restaurant] = restaurants;
  return {
    restaurantId: restaurant?.id,
    items: [{ menuItemId: restaurant?.menu[0]?.id, quantity: 1 }],
    deliveryLocation: place,
  };
}

const ask = async (run: ArmRun, who: Person): Promise<z.infer<typeof quote>> =>
  (await run.api(who).post('/api/orders/quote', basket(run))).expect(200).read(quote);

const place = async (run: ArmRun, who: Person, quoteId: string): Promise<z.infer<typeof order>> =>
  (await run.api(who).post('/api/orders', { ...basket(run), quoteId }, keyed())).expect(201).read(order);

async function pay(run: ArmRun, who: Person, id: string): Promise<void> {
  (await run.api(who).post(`/api/orders/${id}/payment`, { paymentToken: 'tok_visa' }, keyed())).expect(200);
}

const look = async (run: ArmRun, { id, customer }: Placed): Promise<z.infer<typeof order>> =>
  (await run.api(customer).get(`/api/orders/${id}`)).expect(200).read(order);

async function cancelAll(run: ArmRun, placed: readonly Placed[]): Promise<void> {
  for (const one of placed)
    await run.until(`order ${one.id} is cancelled`, async () => {
      const { version } = await look(run, one);
      const body = { to: 'CANCELLED', version };
      const answer = await run.api(one.customer).post(`/api/orders/${one.id}/transitions`, body, keyed());
      // 409: it got its driver in between, and with it another version.
      return answer.expect(200, 409).status === 200 ? true : undefined;
    });
}

async function setDuty(run: ArmRun, drivers: readonly Driver[], status: 'available' | 'offline'): Promise<void> {
  const body = { vehicle: 'bicycle', location: run.cast.place, status };
  const answers = await Promise.all(drivers.map((driver) => run.api(driver).put('/api/drivers/me', body)));
  for (const answer of answers) answer.expect(200);
}

async function allAvailable(run: ArmRun, drivers: readonly Driver[]): Promise<void> {
  await run.until('all drivers are available', async () => {
    const profiles = await Promise.all(drivers.map((driver) => run.api(driver).get('/api/drivers/me')));
    const statuses = profiles.map((answer) => answer.expect(200).read(z.looseObject({ status: z.string() })).status);
    return statuses.every((status) => status === 'available') ? true : undefined;
  });
}
