import { amqpUrl, baseConfig, mongoUrl } from '@quickbite/shared/config';

/** The environment of driver-service. */
export const driverConfig = baseConfig.extend({ MONGO_URL: mongoUrl, AMQP_URL: amqpUrl });
