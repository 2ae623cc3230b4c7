import type { ServiceDef } from './definition.js';
import { everyProgram } from './service-env.js';

/** An outsider, with failures of its own. */
export const paymentProvider: ServiceDef = {
  kind: 'service',
  name: 'payment-provider',
  summary: 'an outside API that we imitate: declines, timeouts, duplicates',
  port: 3006,
  dependsOn: [],
  readiness: { type: 'http', path: '/health/ready' },
  entry: 'services/payment-provider/dist/main.js',
  env: {
    ...everyProgram,
    DATA_DIR: '{self.dataDir}',
    WEBHOOK_URL: '{order-service.url}/webhooks/payments',
    WEBHOOK_SECRET: '{secret.webhook}',
  },
};
