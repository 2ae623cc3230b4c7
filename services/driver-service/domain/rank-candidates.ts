import type { NearbyDriver } from './driver.js';
import { travelSeconds } from './trip.js';

/** Ways to choose among the drivers near a restaurant. */
export const strategies = ['nearest', 'weighted', 'unscaled'] as const;
export type Strategy = (typeof strategies)[number];

/** What counts how much; together 1. */
const WEIGHTS = { distance: 0.4, rating: 0.2, load: 0.2, time: 0.2 } as const;

/** Where a part of the score reaches 0: a driver beyond it is no worse than one at it. */
const WORST = { distanceMeters: 5000, deliveriesToday: 20, seconds: 1800 } as const;
const BEST_RATING = 5;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/**
 * How well a driver suits, from 0 to 1. Each part is brought to 0..1 first: added as they are, metres would drown stars, and a
 * twenty-first delivery would count below nothing.
 */
export function scoreOf({
  distance,
  vehicle,
  metrics,
}: Pick<NearbyDriver, 'distance' | 'vehicle' | 'metrics'>): number {
  return (
    WEIGHTS.distance * clamp(1 - distance / WORST.distanceMeters) +
    WEIGHTS.rating * clamp(metrics.rating / BEST_RATING) +
    WEIGHTS.load * clamp(1 - metrics.deliveriesToday / WORST.deliveriesToday) +
    WEIGHTS.time * clamp(1 - travelSeconds(distance, vehicle) / WORST.seconds)
  );
}

/** What recipes add up: metres, and stars that are missing, as they are. The smaller the better. As a lesson: the metres decide alone. */
const unscaledCost = ({ distance, metrics }: Pick<NearbyDriver, 'distance' | 'metrics'>): number =>
  0.7 * distance + 0.3 * (BEST_RATING - metrics.rating);

/** Puts drivers, who come nearest first, in the order in which they are asked. */
export function rankCandidates(strategy: Strategy, candidates: readonly NearbyDriver[]): readonly NearbyDriver[] {
  if (strategy === 'nearest') return candidates;
  if (strategy === 'unscaled') return [...candidates].sort((a, b) => unscaledCost(a) - unscaledCost(b));
  return candidates
    .map((driver) => ({ driver, score: scoreOf(driver) }))
    .sort((a, b) => b.score - a.score)
    .map(({ driver }) => driver);
}
