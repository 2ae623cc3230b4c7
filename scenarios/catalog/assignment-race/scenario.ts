import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, values } from './judgement.js';
import { carriedBy, end, ordersAtOnce, setDuty, settle } from './orders.js';

const parameters = z.object({
  races: z
    .int()
    .min(2)
    .max(30)
    .default(3)
    .describe('how often several orders are paid at once while one driver is free'),
  rivals: z.int().min(2).max(8).default(4).describe('how many orders are paid at once in each of these races'),
  rush: z.int().min(2).max(8).default(8).describe('how many orders are paid at once while as many drivers are free'),
});

/** Drivers of the cast, and customers: everybody in the rush has one. */
const PEOPLE = 8;
/** An order that waits looks again after 0.5, 2 and 5 s. */
const WAITING_MS = 10_000;
/** Nothing looks for a driver again for an order whose customer was told of one. */
const TOLD_MS = 1_000;

const claiming = (atomicClaim: boolean): ArmKnobs => ({
  // Each customer writes more than 20 times a minute.
  'api-gateway': { 'rateLimit.enabled': false },
  'driver-service': { 'assignment.atomicClaim': atomicClaim, 'assignment.strategy': 'nearest' },
});

export const assignmentRace = defineScenario({
  id: 'assignment-race',
  title: 'Two orders, one driver',
  question: 'Two orders are confirmed in the same moment, and one driver is free. Who carries which?',
  summary:
    'Orders that are paid in the same moment look for a driver in the same moment, and see the same one as available. Reading ' +
    'and then writing gives that driver to all of them, and all but one are forgotten; one write with "available" in its ' +
    'filter gives each order a driver of its own, or lets it wait.',
  seconds: 45,
  concepts: ['race-conditions', 'driver-assignment'],
  questions: ['two-orders-one-driver'],
  claims: ['find-nearest-then-assign'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'driver-service',
    'payment-provider',
  ],
  cast: { customers: PEOPLE, drivers: PEOPLE, restaurants: PEOPLE },
  parameters,
  defect: {
    file: 'services/driver-service/dist/data-access/mongo-claims.js',
    from: 'atomic ? available : { _id: driverId }',
    to: '{ _id: driverId }',
    refutes: values.forgotten,
  },

  arms: () => ({ undefended: claiming(false), defended: claiming(true) }),
  bars: [{ value: values.lost }, { value: values.forgotten }, { value: values.idle }],

  prediction: {
    question:
      'Without an atomic claim: eight orders are paid at once, eight drivers are free. How many orders are carried?',
    options: ['all eight', 'most of them', 'fewer than half'],
    answer: answerOfThePrediction,
  },

  notes: {
    races: 'Two consumers read "available", both write "busy". Each write is fine; the pair is not. Where is the lock?',
    rush: 'Everybody sees the same nearest driver. What do the customers of the forgotten orders see on their screens?',
    afterwards: 'The order that lost is not lost: its message comes again. What if it had been acknowledged?',
  },

  async story(run, p) {
    const { customers, drivers } = run.cast;
    const [driver, ...others] = drivers;
    if (!driver) throw new RangeError('Expected a cast with drivers.');

    await run.phase(
      'races',
      { what: `${String(p.rivals)} orders and one free driver, ${String(p.races)} times` },
      async () => {
        await setDuty(run, others, 'offline');
        let lost = 0;
        for (let n = 0; n < p.races; n += 1) {
          const orders = await ordersAtOnce(run, customers.slice(0, p.rivals), n);
          const given = await settle(run, orders);
          if (given.length > 1) lost += 1;
          // Those that wait first, or one of them would take the driver as soon as he is free.
          await end(
            run,
            orders.filter((one) => !given.includes(one)),
            [],
          );
          await end(run, given, [driver]);
        }
        run.record(values.lost, lost, { samples: p.races });
      },
    );

    await run.phase(
      'afterwards',
      { what: 'the order that the driver carries is over; the other one waits' },
      async () => {
        const pair = await ordersAtOnce(run, customers.slice(0, 2), p.races);
        const told = await settle(run, pair);
        const carried = await carriedBy(run, driver);
        const other = pair.filter(({ id }) => id !== carried);
        await end(
          run,
          pair.filter(({ id }) => id === carried),
          [],
        );
        const served = await run.within(told.length > 1 ? TOLD_MS : WAITING_MS, async () => {
          const now = await carriedBy(run, driver);
          return other.some(({ id }) => id === now) ? true : undefined;
        });
        run.record(values.served, served ? 1 : 0);
        await end(run, other, [driver]);
      },
    );

    await run.phase('rush', { what: `${String(p.rush)} orders at once, and as many free drivers` }, async () => {
      const free = drivers.slice(0, p.rush);
      await setDuty(run, free, 'available');
      const orders = await ordersAtOnce(run, customers.slice(0, p.rush), p.races + 1);
      const told = await settle(run, orders);
      const carried = new Set(await Promise.all(free.map((one) => carriedBy(run, one))));
      const samples = orders.length;
      run.record(values.told, told.length, { samples });
      run.record(values.forgotten, told.filter(({ id }) => !carried.has(id)).length, { samples });
      run.record(values.idle, free.length - carried.size + (carried.has(undefined) ? 1 : 0), { samples });
      await end(run, orders, free);
      await setDuty(run, drivers, 'available');
    });
  },

  checks: checksFor,
  why: explain,
});
