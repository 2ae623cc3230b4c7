import type { ServiceDef } from './definition.js';
import { everyService, redisServer } from './service-env.js';

/** Depends on Redis only: it must come up, and answer, whatever the services behind it do. */
export const apiGateway: ServiceDef = {
  kind: 'service',
  name: 'api-gateway',
  summary: 'the only door: routing, tokens, rate limits, breakers, fallbacks',
  port: 3000,
  dependsOn: ['redis'],
  readiness: { type: 'http', path: '/health/ready' },
  entry: 'services/api-gateway/dist/main.js',
  env: {
    ...everyService,
    ...redisServer,
    JWT_SECRET: '{secret.jwt}',
    TRUST_PROXY: '{self.callers}',
    USER_SERVICE_URL: '{user-service.urls}',
    RESTAURANT_SERVICE_URL: '{restaurant-service.urls}',
    ORDER_SERVICE_URL: '{order-service.urls}',
    DRIVER_SERVICE_URL: '{driver-service.urls}',
    NOTIFICATION_SERVICE_URL: '{notification-service.urls}',
  },
};
