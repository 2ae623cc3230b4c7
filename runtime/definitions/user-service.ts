import type { ServiceDef } from './definition.js';
import { everyService, mongoDatabase, redisServer } from './service-env.js';

/** Accounts, roles and tokens. */
export const userService: ServiceDef = {
  kind: 'service',
  name: 'user-service',
  summary: 'accounts, roles, tokens, notification preferences',
  port: 3001,
  dependsOn: ['mongo', 'redis'],
  readiness: { type: 'http', path: '/health/ready' },
  entry: 'services/user-service/dist/main.js',
  env: {
    ...everyService,
    ...mongoDatabase('user_service'),
    ...redisServer,
    JWT_SECRET: '{secret.jwt}',
    // The first admin: nobody can register as one.
    ADMIN_EMAIL: 'admin@quickbite.example',
    ADMIN_PASSWORD: '{secret.admin}',
  },
};
