import { amqpUrl, baseConfig, mongoUrl, redisUrl } from '@quickbite/shared/config';

/** The environment of driver-service. */
export const driverConfig = baseConfig.extend({ MONGO_URL: mongoUrl, REDIS_URL: redisUrl, AMQP_URL: amqpUrl });
