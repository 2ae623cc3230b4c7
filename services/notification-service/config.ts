import { amqpUrl, baseConfig, mongoUrl, redisUrl, serviceUrl } from '@quickbite/shared/config';
import { z } from 'zod';

/** The environment of notification-service. */
export const notificationConfig = baseConfig.extend({
  MONGO_URL: mongoUrl,
  AMQP_URL: amqpUrl,
  REDIS_URL: redisUrl,
  USER_SERVICE_URL: serviceUrl,
  /** How long a contact is kept, ms; 0 asks each time. */
  CONTACT_KEEP_MS: z.coerce.number().int().min(0).default(60_000),
});
