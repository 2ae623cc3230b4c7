import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker } from '@quickbite/shared/events';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { RunningService } from '@quickbite/shared/service';
import { notificationConfig } from './config.js';
import { createNotificationRepository } from './data-access/mongo-notification-repository.js';
import { compileMessages } from './domain/messages.js';
import { mountNotificationRoutes } from './entry-points/http/notification-routes.js';
import { consumeEvents } from './entry-points/queue/events.js';

const SERVICE = 'notification-service';
/** ms that running requests get to end. */
const DRAIN_GRACE_MS = 10_000;

/** Starts notification-service: texts, database, broker, consumer and HTTP, in this order. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs;
}): Promise<RunningService> {
  const config = loadConfig(notificationConfig, context.env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);
  const messages = compileMessages();

  const mongo = await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics });
  const notifications = await createNotificationRepository(mongo, () => new Date());
  const broker = connectBroker({ url: config.AMQP_URL, service: SERVICE, logger });
  const consumer = await consumeEvents({ broker, notifications, messages, logger, metrics });
  const server = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
    knobs: context.knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(mongo), broker.readiness],
    routes: (app) =>
      mountNotificationRoutes(app, { notifications, authorize: createAuthorize(config.IDENTITY_SECRET) }),
  });

  return {
    port: server.port,
    async close() {
      await server.close({ graceMs: DRAIN_GRACE_MS });
      await consumer.drain();
      await broker.close();
      await mongo.close();
    },
  };
}
