import type { ServiceDef } from './definition.js';
import { amqpBroker, everyService, mongoDatabase, redisServer } from './service-env.js';

/** Restaurants with their menus. */
export const restaurantService: ServiceDef = {
  kind: 'service',
  name: 'restaurant-service',
  summary: 'restaurants and menus, cache-aside, text and geo search',
  port: 3002,
  dependsOn: ['mongo', 'redis', 'rabbitmq'],
  readiness: { type: 'http', path: '/health/ready' },
  entry: 'services/restaurant-service/dist/main.js',
  env: { ...everyService, ...mongoDatabase('restaurant_service'), ...redisServer, ...amqpBroker },
};
