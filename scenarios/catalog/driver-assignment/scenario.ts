import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { carryOn, openTap, orderWithDriver } from '../../steps/index.js';
import type { Tap } from '../../steps/index.js';
import { answerOfThePrediction, AT_ONCE, checksFor, DRIVERS, explain, values, WAYS } from './judgement.js';
import { assignmentsOf, beginShift, gini, untilFree } from './shift.js';

const parameters = z.object({
  rounds: z.int().min(4).max(10).default(6).describe('how often two customers order at the same moment'),
});

const strategy = (name: string): ArmKnobs => ({ 'driver-service': { 'assignment.strategy': name } });

export const driverAssignment = defineScenario({
  id: 'driver-assignment',
  title: 'Who gets the order',
  question:
    'Orders keep coming from one restaurant. Who gets them, who gets none, and how much longer do customers wait if it is shared?',
  summary:
    'Six drivers wait along a street, the worst rated of them next to the restaurant, and orders come two at a time. The nearest takes all: two drivers ' +
    'work, four stand. A recipe that adds stars to metres changes nothing. A score of parts between 0 and 1 shares the evening, and the food ' +
    'comes from some metres farther.',
  seconds: 50,
  concepts: ['driver-assignment'],
  questions: ['how-would-you-improve-nearest-driver-assignment'],
  claims: ['seventy-percent-distance'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'driver-service',
    'payment-provider',
  ],
  cast: { customers: AT_ONCE, drivers: DRIVERS, restaurants: 2 },
  parameters,
  defect: {
    file: 'services/driver-service/dist/domain/rank-candidates.js',
    from: 'if (strategy === "nearest") return candidates;',
    to: 'return candidates;',
    refutes: `${values.idle}, ${WAYS.weighted}`,
  },

  arms: () => {
    const both: ArmKnobs = { 'api-gateway': { 'rateLimit.enabled': false } };
    return { undefended: both, defended: both };
  },
  variants: () => ({
    undefended: { [WAYS.nearest]: strategy('nearest'), [WAYS.unscaled]: strategy('unscaled') },
    defended: { [WAYS.weighted]: strategy('weighted') },
  }),
  bars: [{ value: values.idle }, { value: values.gini }, { value: values.meters, unit: 'm' }],

  prediction: {
    question:
      'A recipe ranks drivers by 0.7 * metres + 0.3 * missing stars. Who gets the orders of the badly rated driver next to the restaurant?',
    options: ['better rated drivers', 'he keeps them'],
    answer: answerOfThePrediction,
  },

  notes: {
    evening: 'Two drivers earn, four wait. How long do the four stay with this company?',
  },

  async story(run, p) {
    const tap = await openTap(run, 'driver.assigned');
    try {
      await run.eachVariant(async () => {
        await run.phase('evening', { what: `${String(AT_ONCE)} orders at a time, ${String(p.rounds)} times` }, () =>
          work(run, tap, p.rounds),
        );
      });
    } finally {
      await tap.close();
    }
  },

  checks: checksFor,
  why: explain,
});

async function work(run: ArmRun, tap: Tap, rounds: number): Promise<void> {
  const { customers, drivers } = run.cast;
  await untilFree(run);
  await beginShift(run);
  const ids = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const orders = await Promise.all(customers.map((customer) => orderWithDriver(run, customer)));
    await Promise.all(orders.map((order) => carryOn(run, order, 'DELIVERED')));
    for (const { id } of orders) ids.add(id);
    await untilFree(run);
  }
  const given = await assignmentsOf(run, tap, ids);
  const carried = drivers.map(({ profileId }) => given.filter(({ driverId }) => driverId === profileId).length);
  const samples = given.length;
  run.record(values.idle, carried.filter((count) => count === 0).length, { samples: drivers.length });
  run.record(values.busiest, Math.round((100 * Math.max(...carried)) / samples), { samples });
  run.record(values.gini, Math.round(100 * gini(carried)) / 100, { samples });
  run.record(values.worst, carried[0] ?? 0, { samples });
  const meters = given.reduce((sum, { distanceMeters }) => sum + distanceMeters, 0);
  run.record(values.meters, Math.round(meters / samples), { samples });
}
