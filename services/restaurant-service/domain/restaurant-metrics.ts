import type { Metrics } from '@quickbite/shared/metrics';
import { Counter } from 'prom-client';

/** What this service counts beside what all services do. */
export interface RestaurantMetrics {
  /** Queries to MongoDB for a single restaurant with its menu. */
  readonly queries: Counter;
}

export function createRestaurantMetrics({ registry }: Metrics): RestaurantMetrics {
  return {
    queries: new Counter({
      name: 'restaurant_queries_total',
      help: 'Queries to MongoDB for single restaurants with their menus',
      registers: [registry],
    }),
  };
}
