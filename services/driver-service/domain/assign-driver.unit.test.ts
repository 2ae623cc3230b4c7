import type { EventData } from '@quickbite/shared/events';
import { describe, expect, it } from 'vitest';
import { NoDriverAvailableError, assignDriver } from './assign-driver.js';
import type { AssignmentSettings } from './assign-driver.js';
import type { ClaimResult, Claims, Searches } from './claims.js';
import type { ClosedOrders, DriverRepository } from './driver-repository.js';
import { endOrder } from './end-order.js';
import type { Supply } from './presence.js';

const ORDER_ID = 'f'.repeat(24);
const order: EventData<'order.confirmed'> = {
  orderId: ORDER_ID,
  orderVersion: 2,
  customerId: 'c'.repeat(24),
  restaurantId: '1'.repeat(24),
  restaurantName: 'Soup',
  restaurantOwnerId: '2'.repeat(24),
  restaurantLocation: { type: 'Point', coordinates: [13.4, 52.5] },
  deliveryLocation: { type: 'Point', coordinates: [13.41, 52.5] },
  total: { amount: 1299, currency: 'EUR' },
  status: 'CONFIRMED',
};

/** Two drivers near the restaurant; `results` says how each attempt to take one ends. */
function world(results: readonly (ClaimResult | (() => Promise<ClaimResult>))[], candidates = 2) {
  const log: string[] = [];
  const closed = new Set<string>();
  const drivers: Pick<DriverRepository, 'findAvailableNear'> = {
    findAvailableNear: () =>
      Promise.resolve(
        ['a', 'b'].slice(0, candidates).map((name, index) => ({
          id: name.repeat(24),
          userId: name.repeat(24),
          vehicle: 'car' as const,
          location: order.restaurantLocation,
          distance: 100.4 + index,
          metrics: { rating: 5, deliveriesToday: 0, totalDeliveries: 0 },
        })),
      ),
  };
  const claims: Pick<Claims, 'isHeld' | 'claim' | 'release'> = {
    isHeld: () => Promise.resolve(false),
    claim: async (driverId, { event }) => {
      log.push(`claim ${driverId.charAt(0)} at ${event.data.distanceMeters} m`);
      const next = results[log.length - 1] ?? 'lost';
      return typeof next === 'function' ? next() : next;
    },
    release: (orderId) => {
      log.push(`release ${orderId === ORDER_ID ? 'the order' : orderId}`);
      return Promise.resolve(undefined);
    },
  };
  const closedOrders: ClosedOrders = {
    close: (orderId) => Promise.resolve(!closed.has(orderId) && closed.add(orderId).has(orderId)),
    isClosed: (orderId) => Promise.resolve(closed.has(orderId)),
  };
  const supply: Supply = { seen: () => undefined, gone: (driverId) => void log.push(`gone ${driverId.charAt(0)}`) };
  const searches: Pick<Searches, 'find' | 'end'> = {
    find: () => Promise.resolve(undefined),
    end: () => Promise.resolve(),
  };
  const settings = (): AssignmentSettings => ({
    strategy: 'nearest',
    atomicClaim: true,
    autoAccept: true,
    acceptTimeoutMs: 1,
    heartbeatMs: 0,
  });
  return {
    ...{ log, closedOrders, supply, settings, searches: searches as Searches },
    ...{ drivers: drivers as DriverRepository, claims: claims as Claims },
  };
}

describe('assigning a driver', () => {
  it('claims the nearest and nobody else', async () => {
    const it = world(['claimed']);
    expect(await assignDriver(it, order)).toBe('processed');
    expect(it.log).toEqual(['claim a at 100 m', 'gone a']);
  });

  it('goes on to the next when the nearest was taken meanwhile', async () => {
    const it = world(['lost', 'claimed']);
    expect(await assignDriver(it, order)).toBe('processed');
    expect(it.log).toEqual(['claim a at 100 m', 'claim b at 101 m', 'gone b']);
  });

  it('stops when another consumer gave the order to a driver meanwhile', async () => {
    const it = world(['held']);
    expect(await assignDriver(it, order)).toBe('duplicate');
    expect(it.log).toEqual(['claim a at 100 m']);
  });

  it.each([
    ['nobody is near', world([], 0)],
    ['everybody was taken meanwhile', world(['lost', 'lost'])],
  ])('fails, to be tried again, when %s', async (_when, it) => {
    await expect(assignDriver(it, order)).rejects.toThrow(NoDriverAvailableError);
  });

  it('claims nobody for an order that is over', async () => {
    const it = world(['claimed']);
    await endOrder(it, { orderId: ORDER_ID, delivered: false });
    it.log.length = 0;
    expect(await assignDriver(it, order)).toBe('duplicate');
    expect(it.log).toEqual([]);
  });

  it('lets the driver go when the order ended between the look and the claim', async () => {
    const it = world([
      async () => {
        await it.closedOrders.close(ORDER_ID);
        return 'claimed';
      },
    ]);
    await assignDriver(it, order);
    expect(it.log).toEqual(['claim a at 100 m', 'gone a', 'release the order']);
  });
});
