/** What every service is told: where to listen, and the secrets of its stack. */
export const everyService = {
  HOST: '127.0.0.1',
  PORT: '{self.port}',
  LOG_LEVEL: 'info',
  QUICKBITE_LAB_KEY: '{secret.lab}',
  IDENTITY_SECRET: '{secret.identity}',
} as const;

/** @param database name of the service's own database: no two services share one */
export const mongoDatabase = (database: string): { readonly MONGO_URL: string } => ({
  MONGO_URL: `mongodb://{mongo.host}:{mongo.port}/${database}`,
});

export const redisServer = { REDIS_URL: 'redis://{redis.host}:{redis.port}' } as const;

export const amqpBroker = { AMQP_URL: 'amqp://guest:guest@{rabbitmq.host}:{rabbitmq.port}' } as const;
