import { amqpUrl, baseConfig, mongoUrl } from '@quickbite/shared/config';

/** The environment of notification-service. */
export const notificationConfig = baseConfig.extend({ MONGO_URL: mongoUrl, AMQP_URL: amqpUrl });
