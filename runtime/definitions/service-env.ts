/** What every program of the lab is told: where to listen, and the key of its internal endpoints. */
export const everyProgram = {
  HOST: '{self.bind}',
  PORT: '{self.port}',
  LOG_LEVEL: 'info',
  QUICKBITE_LAB_KEY: '{secret.lab}',
} as const;

/** A service of ours also believes the identities that the gateway signs, and gives notice before it ends. */
export const everyService = {
  ...everyProgram,
  IDENTITY_SECRET: '{secret.identity}',
  DRAIN_NOTICE_MS: '{self.noticeMs}',
} as const;

/** @param database name of the service's own database: no two services share one */
export const mongoDatabase = (database: string): { readonly MONGO_URL: string } => ({
  MONGO_URL: `mongodb://{mongo.host}:{mongo.port}/${database}`,
});

export const redisServer = { REDIS_URL: 'redis://{redis.host}:{redis.port}' } as const;

export const amqpBroker = { AMQP_URL: 'amqp://guest:guest@{rabbitmq.host}:{rabbitmq.port}' } as const;
