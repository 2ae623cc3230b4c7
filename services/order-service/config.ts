import { amqpUrl, baseConfig, mongoUrl, redisUrl, serviceUrl } from '@quickbite/shared/config';
import { z } from 'zod';

export const configSchema = baseConfig.extend({
  MONGO_URL: mongoUrl,
  REDIS_URL: redisUrl,
  AMQP_URL: amqpUrl,
  RESTAURANT_SERVICE_URL: serviceUrl,
  PAYMENT_PROVIDER_URL: serviceUrl,
  /** What the provider signs its webhooks with. */
  WEBHOOK_SECRET: z.string().min(32, 'expected at least 32 characters'),
});
