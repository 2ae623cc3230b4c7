import type { ServiceDef } from './definition.js';
import { amqpBroker, everyService, mongoDatabase, redisServer } from './service-env.js';

/** Orders and their payment. */
export const orderService: ServiceDef = {
  kind: 'service',
  name: 'order-service',
  summary: 'orders, state machine, outbox, payment saga, pricing',
  port: 3003,
  dependsOn: ['mongo', 'redis', 'rabbitmq'],
  readiness: { type: 'http', path: '/health/ready' },
  entry: 'services/order-service/dist/main.js',
  env: {
    ...everyService,
    ...mongoDatabase('order_service'),
    ...redisServer,
    ...amqpBroker,
    RESTAURANT_SERVICE_URL: '{restaurant-service.url}',
    PAYMENT_PROVIDER_URL: '{payment-provider.url}',
    WEBHOOK_SECRET: '{secret.webhook}',
  },
};
