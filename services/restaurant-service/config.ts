import { amqpUrl, baseConfig, mongoUrl, redisUrl } from '@quickbite/shared/config';

export const configSchema = baseConfig.extend({ MONGO_URL: mongoUrl, REDIS_URL: redisUrl, AMQP_URL: amqpUrl });
