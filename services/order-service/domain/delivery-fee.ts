import { AppError } from '@quickbite/shared/errors';
import type { GeoPoint } from '@quickbite/shared/http';

/** Minor units for any delivery, the first kilometres included. */
const BASE_FEE = 199;
const INCLUDED_KM = 2;
/** Minor units for each kilometre beyond, started ones counted whole. */
const FEE_PER_STARTED_KM = 50;
const MAX_KM = 15;
/** Mean radius (IUGG), km. */
const EARTH_RADIUS_KM = 6371.0088;

/**
 * What the way costs, in minor units.
 * @throws AppError `invalid-request` beyond 15 km
 */
export function deliveryFee(restaurant: GeoPoint, customer: GeoPoint): number {
  const km = distanceKm(restaurant, customer);
  if (km > MAX_KM)
    throw new AppError(
      'invalid-request',
      `The delivery location is ${km.toFixed(1)} km away; this restaurant delivers up to ${MAX_KM} km. Choose one that is nearer.`,
    );
  return BASE_FEE + FEE_PER_STARTED_KM * Math.ceil(Math.max(0, km - INCLUDED_KM));
}

/** Great-circle distance by the haversine formula, which stays exact for short distances. */
export function distanceKm(a: GeoPoint, b: GeoPoint): number {
  const [lngA, latA] = a.coordinates.map(toRadians) as [number, number];
  const [lngB, latB] = b.coordinates.map(toRadians) as [number, number];
  const h = Math.sin((latB - latA) / 2) ** 2 + Math.cos(latA) * Math.cos(latB) * Math.sin((lngB - lngA) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

function toRadians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
