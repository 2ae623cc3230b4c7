import type { ServiceDef } from './definition.js';
import { amqpBroker, everyService, mongoDatabase, redisServer } from './service-env.js';

/** Tells people what happened to their orders. */
export const notificationService: ServiceDef = {
  kind: 'service',
  name: 'notification-service',
  summary: 'consumers, templates, channels, delivery records',
  port: 3005,
  dependsOn: ['mongo', 'redis', 'rabbitmq'],
  readiness: { type: 'http', path: '/health/ready' },
  entry: 'services/notification-service/dist/main.js',
  env: {
    ...everyService,
    ...mongoDatabase('notification_service'),
    ...redisServer,
    ...amqpBroker,
    USER_SERVICE_URL: '{user-service.url}',
  },
};
