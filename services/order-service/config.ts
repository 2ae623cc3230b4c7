import { amqpUrl, baseConfig, mongoUrl, redisUrl, serviceUrl } from '@quickbite/shared/config';

export const configSchema = baseConfig.extend({
  MONGO_URL: mongoUrl,
  REDIS_URL: redisUrl,
  AMQP_URL: amqpUrl,
  RESTAURANT_SERVICE_URL: serviceUrl,
  PAYMENT_PROVIDER_URL: serviceUrl,
});
