import { describe, expect, it } from 'vitest';
import type { NearbyDriver } from './driver.js';
import { rankCandidates, scoreOf } from './rank-candidates.js';
import { straightLineMeters, travelSeconds } from './trip.js';

const driver = (
  id: string,
  distance: number,
  more: Partial<NearbyDriver> & { rating?: number; today?: number } = {},
) => ({
  id,
  userId: id,
  vehicle: more.vehicle ?? ('bicycle' as const),
  location: { type: 'Point' as const, coordinates: [0, 0] as [number, number] },
  distance,
  metrics: { rating: more.rating ?? 5, deliveriesToday: more.today ?? 0, totalDeliveries: 0 },
});
const order = (...candidates: readonly NearbyDriver[]): string =>
  rankCandidates('weighted', candidates)
    .map(({ id }) => id)
    .join('');

describe('ranking drivers', () => {
  it('leaves them by distance with the strategy "nearest"', () => {
    const candidates = [driver('a', 100, { rating: 1, today: 50 }), driver('b', 200)];
    expect(rankCandidates('nearest', candidates)).toEqual(candidates);
  });

  it.each([
    ['a better rated driver a little farther away', driver('a', 100, { rating: 2 }), driver('b', 300)],
    ['who delivered less today', driver('a', 100, { today: 10 }), driver('b', 300)],
    ['who is there sooner, though from farther away', driver('a', 2000), driver('b', 2100, { vehicle: 'motorbike' })],
  ])('prefers %s', (_whom, a, b) => expect(order(a, b)).toBe('ba'));

  it('lets the metres decide when they are added to stars as they are', () => {
    const [bad, good] = [driver('a', 100, { rating: 1, today: 19 }), driver('b', 103)];
    const unscaled = rankCandidates('unscaled', [bad, good]);
    expect(unscaled.map(({ id }) => id).join('')).toBe('ab');
    expect(order(bad, good)).toBe('ba');
  });

  it('prefers the nearest among equals', () => expect(order(driver('a', 100), driver('b', 200))).toBe('ab'));

  it('keeps every score between 0 and 1, whatever a driver is like', () => {
    expect(scoreOf(driver('a', 0))).toBeCloseTo(1);
    expect(scoreOf(driver('a', 50_000, { rating: 0, today: 1000 }))).toBe(0);
    expect(scoreOf(driver('a', 0, { today: 21 }))).toBe(scoreOf(driver('a', 0, { today: 20 })));
    expect(scoreOf(driver('a', 7501))).toBe(scoreOf(driver('a', 20_000)));
  });
});

describe('a trip', () => {
  it('is measured on the sphere', () => {
    const point = (lng: number, lat: number) => ({
      type: 'Point' as const,
      coordinates: [lng, lat] as [number, number],
    });
    expect(straightLineMeters(point(13.4, 52.5), point(13.4, 52.5))).toBe(0);
    expect(straightLineMeters(point(13.4, 52.5), point(13.4, 53.5))).toBeCloseTo(111_319, -1);
    expect(straightLineMeters(point(179.5, 0), point(-179.5, 0))).toBeCloseTo(111_319, -1);
  });

  it('takes a bicycle four minutes a kilometre', () => expect(travelSeconds(1000, 'bicycle')).toBeCloseTo(240));
});
