import type { StartedStack } from '@quickbite/runtime/stack';
import { seedServices } from '@quickbite/scenarios/seed';
import { createCity } from '@quickbite/shared/seed/city';
import { expect, test } from 'vitest';
import { withStack } from '../booted.js';
import { signInCity } from './accounts.js';
import { killEverythingOnce } from './chaos.js';
import { placeOrders } from './customers.js';
import { driverInvariants } from './driver-invariants.js';
import { gatherFindings } from './findings.js';
import { workThrough } from './kitchens-and-couriers.js';
import { messagingInvariants } from './messaging-invariants.js';
import { orderInvariants } from './order-invariants.js';
import { paymentInvariants } from './payment-invariants.js';
import { report } from './report.js';
import { untilQuiet } from './until-quiet.js';
import { openWorld } from './world.js';

const ORDERS = 500;
const PER_SECOND = 20;
const SEED = 42;
/** The gateway waits 30 s before it tries a service again that was away; here every service is, for a second or two. */
const BREAKER_RESET_MS = 1000;
/** An engine after a service, so that no two of a kind are away together. */
const KILLED = [
  ...['order-service', 'mongo', 'payment-provider', 'redis', 'driver-service'],
  ...['rabbitmq', 'notification-service', 'restaurant-service', 'api-gateway', 'user-service'],
];

test('orders, money, drivers and notifications come out right although every process is killed once', async () => {
  await withStack({ engines: { mongo: 'embedded', redis: 'embedded', rabbitmq: 'embedded' } }, async (stack) => {
    expect([...KILLED].sort(), 'every process is killed').toEqual(stack.processes.map(({ name }) => name).sort());
    await seedServices(stack, SEED);
    const city = createCity(SEED);
    const accounts = signInCity(stack, city);
    const gateway = stack.process('api-gateway').url;
    await using world = await openWorld(stack);
    await shortenBreaker(stack);
    const began = performance.now();
    const quiet = new AbortController();
    const work = workThrough({ gateway, accounts, world }, quiet.signal);
    try {
      const [placed, killed] = await Promise.all([
        placeOrders({ gateway, city, accounts, count: ORDERS, perSecond: PER_SECOND }),
        killEverythingOnce(stack, {
          order: KILLED,
          afterEach: (name) => (name === 'api-gateway' ? shortenBreaker(stack) : Promise.resolve()),
        }),
      ]);
      const busyUntil = performance.now();
      const unrest = await untilQuiet(world);
      const times = { 'orders and kills': busyUntil - began, 'until quiet': performance.now() - busyUntil };

      const findings = await gatherFindings(world, placed);
      const invariants = [
        ...orderInvariants(findings),
        ...paymentInvariants(findings),
        ...driverInvariants(findings),
        ...messagingInvariants(findings),
      ];
      process.stdout.write(`\n${report(findings, killed, times, invariants)}\n`);
      const violated = invariants.filter(({ violations }) => violations.length > 0);
      expect.soft(violated.map(({ statement }) => statement)).toEqual([]);
      expect.soft(unrest, 'it never became quiet').toEqual([]);
      expect([...placed.refused], 'orders that were not accepted').toEqual([]);
    } finally {
      quiet.abort();
      await work;
    }
  });
});

async function shortenBreaker(stack: StartedStack): Promise<void> {
  const answer = await fetch(`${stack.process('api-gateway').url}/internal/knobs`, {
    method: 'PUT',
    headers: { 'x-lab-key': stack.labKey, 'content-type': 'application/json' },
    body: JSON.stringify({ 'breaker.resetTimeoutMs': BREAKER_RESET_MS }),
  });
  expect(answer.status).toBe(200);
}
