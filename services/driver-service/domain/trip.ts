import type { GeoPoint } from '@quickbite/shared/http';
import type { Vehicle } from './driver.js';

/** The Earth's mean radius in metres, as MongoDB has it. */
const EARTH_RADIUS_METERS = 6_378_100;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The straight line between two places in metres, by the haversine formula. */
export function straightLineMeters(from: GeoPoint, to: GeoPoint): number {
  const [lng1, lat1] = from.coordinates;
  const [lng2, lat2] = to.coordinates;
  const half = (a: number, b: number): number => Math.sin(radians(b - a) / 2) ** 2;
  const chord = half(lat1, lat2) + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * half(lng1, lng2);
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/**
 * Average speed in a city, km/h: an assumption of this lab, which has no routing service that would know the traffic. 15 is an
 * unhurried cyclist, 20 the limit of an e-scooter in Germany, and in dense traffic a motorbike passes cars that stand.
 */
const SPEED_KMH: Readonly<Record<Vehicle, number>> = { bicycle: 15, scooter: 20, motorbike: 25, car: 20 };

/** Seconds that a vehicle takes for a distance, along the straight line. */
export function travelSeconds(distanceMeters: number, vehicle: Vehicle): number {
  return distanceMeters / (SPEED_KMH[vehicle] / 3.6);
}
