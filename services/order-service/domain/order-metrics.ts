import type { Metrics } from '@quickbite/shared/metrics';
import { Counter } from 'prom-client';

/** What this service counts beside what all services do. */
export interface OrderMetrics {
  readonly surgePrices: Counter<'outcome'>;
  readonly restaurantLookups: Counter<'strategy' | 'outcome'>;
}

export function createOrderMetrics({ registry }: Metrics): OrderMetrics {
  const registers = [registry];
  return {
    surgePrices: new Counter({
      name: 'surge_prices_total',
      help: 'Deliveries that were priced: raised, normal, off, or unknown because Redis did not answer',
      labelNames: ['outcome'],
      registers,
    }),
    restaurantLookups: new Counter({
      name: 'restaurant_lookups_total',
      help: 'Calls to restaurant-service for lists of orders, by strategy and outcome: answered or failed',
      labelNames: ['strategy', 'outcome'],
      registers,
    }),
  };
}
