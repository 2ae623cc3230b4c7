import type { GeoPoint } from '@quickbite/shared/http';
import { describe, expect, it } from 'vitest';
import { deliveryFee, distanceKm } from './delivery-fee.js';

const at = (lng: number, lat: number): GeoPoint => ({ type: 'Point', coordinates: [lng, lat] });
const KM_PER_DEGREE = 111.19508;
/** A point so many km north of the equator's origin. */
const north = (km: number): GeoPoint => at(0, km / KM_PER_DEGREE);

describe('distanceKm', () => {
  it('knows the way from Berlin to Paris and the half of the Earth', () => {
    expect(distanceKm(at(13.405, 52.52), at(2.3522, 48.8566))).toBeCloseTo(877.5, 0);
    expect(distanceKm(at(0, 0), at(180, 0))).toBeCloseTo(20015.1, 0);
  });

  it('takes the short way over the date line', () => {
    expect(distanceKm(at(179.99, 0), at(-179.99, 0))).toBeCloseTo(0.02 * KM_PER_DEGREE, 2);
  });
});

describe('deliveryFee', () => {
  it.each([
    [0, 199],
    [1.99, 199],
    [2.01, 249],
    [2.99, 249],
    [3.01, 299],
    [14.99, 199 + 13 * 50],
  ])('for %d km is %d cents', (km, cents) => {
    expect(deliveryFee(at(0, 0), north(km))).toBe(cents);
  });

  it('refuses a way of more than 15 km and says how long it is', () => {
    expect(() => deliveryFee(at(0, 0), north(15.2))).toThrow(/15\.2 km away.*up to 15 km/);
  });
});
