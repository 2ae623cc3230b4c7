import type { ServiceDef } from './definition.js';
import { amqpBroker, everyService, mongoDatabase, redisServer } from './service-env.js';

/** Drivers and where they are. */
export const driverService: ServiceDef = {
  kind: 'service',
  name: 'driver-service',
  summary: 'drivers, nearest-first assignment, live location',
  port: 3004,
  dependsOn: ['mongo', 'redis', 'rabbitmq'],
  readiness: { type: 'http', path: '/health/ready' },
  entry: 'services/driver-service/dist/main.js',
  env: { ...everyService, ...mongoDatabase('driver_service'), ...redisServer, ...amqpBroker },
};
