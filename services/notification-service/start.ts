import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, replayParked } from '@quickbite/shared/events';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { createUpstream } from '@quickbite/shared/resilience';
import type { RunningService } from '@quickbite/shared/service';
import { createChannels } from './channels.js';
import { notificationConfig } from './config.js';
import { createHttpContacts } from './data-access/http-contacts.js';
import { createDailyCounts } from './data-access/mongo-daily-counts.js';
import { createDeadLetters } from './data-access/mongo-dead-letters.js';
import { createMailbox } from './data-access/mongo-mailbox.js';
import { createNotificationRepository } from './data-access/mongo-notification-repository.js';
import { createRedisClaims } from './data-access/redis-claims.js';
import { exposeBacklog } from './delivery-metrics.js';
import type { DeliverySettings } from './domain/deliver.js';
import { compileMessages } from './domain/messages.js';
import { deadLetterEndpoints } from './entry-points/http/dead-letter-endpoints.js';
import { mailboxRoutes } from './entry-points/http/mailbox-routes.js';
import { notificationEndpoints } from './entry-points/http/notification-endpoints.js';
import { collectDeadLetters } from './entry-points/queue/dead-letters.js';
import { consumeEvents } from './entry-points/queue/events.js';
import { startDeliveryWorker } from './entry-points/worker/delivery-worker.js';
import type { notificationKnobs } from './knobs.js';

const SERVICE = 'notification-service';
/** ms that running requests get to end. */
const DRAIN_GRACE_MS = 10_000;
/** Claims are made before anything is written: a Redis that is slower than this is taken to be away. */
const REDIS_TIMEOUT_MS = 1000;

/** Starts notification-service: texts, database, broker, worker, consumers and HTTP, in this order. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof notificationKnobs>;
  /** The time. Default: the clock's. */
  readonly now?: () => Date;
}): Promise<RunningService> {
  const { knobs, now = () => new Date() } = context;
  const config = loadConfig(notificationConfig, context.env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);
  const messages = compileMessages();

  const mongo = await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics });
  const [notifications, counts, mailbox, letters] = await Promise.all([
    createNotificationRepository(mongo, now),
    createDailyCounts(mongo, now),
    createMailbox(mongo, now),
    createDeadLetters(mongo, now),
  ]);
  exposeBacklog(metrics, { notifications, letters });
  const redis = connectRedis({ url: config.REDIS_URL, logger, commandTimeoutMs: REDIS_TIMEOUT_MS });
  const upstream = createUpstream('user-service', config.USER_SERVICE_URL);
  const contacts = createHttpContacts({
    upstream,
    identitySecret: config.IDENTITY_SECRET,
    service: SERVICE,
    keepMs: config.CONTACT_KEEP_MS,
  });
  const channels = createChannels({ mailbox, knobs, metrics });
  const settings = (): DeliverySettings => readSettings(knobs);
  const leaseMs = (): number => knobs.get('delivery.leaseMs');
  const worker = startDeliveryWorker({
    notifications,
    contacts,
    counts,
    channels,
    settings,
    leaseMs,
    logger,
    now,
  });

  const broker = connectBroker({ url: config.AMQP_URL, service: SERVICE, logger });
  const claims = createRedisClaims(redis);
  const onRecorded = (): void => worker.nudge();
  const consumer = await consumeEvents({
    broker,
    notifications,
    claims,
    messages,
    knobs,
    logger,
    metrics,
    now,
    onRecorded,
  });
  const deadLetters = await collectDeadLetters({ broker, letters, logger });
  const server = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
    knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(mongo), broker.readiness, redisReadiness(redis)],
    internal: mailboxRoutes(mailbox),
    endpoints: {
      // Dead letters first: their path would pass for an id.
      list: [
        ...deadLetterEndpoints({ letters, replay: (message) => replayParked(broker, message) }),
        ...notificationEndpoints(notifications),
      ],
      authorize: createAuthorize(config.IDENTITY_SECRET),
      validateAnswers: config.QUICKBITE_VALIDATE_ANSWERS,
    },
  });

  return {
    port: server.port,
    async close() {
      await server.close({ graceMs: DRAIN_GRACE_MS });
      await Promise.all([consumer.drain(), deadLetters.drain()]);
      await worker.close();
      await broker.close();
      await upstream.close();
      redis.disconnect();
      await mongo.close();
    },
  };
}

function readSettings(knobs: Knobs<typeof notificationKnobs>): DeliverySettings {
  return {
    attempts: knobs.get('delivery.attempts'),
    fallback: knobs.get('fallback.enabled'),
    quietHours: knobs.get('quietHours.enabled'),
    batchWindowMs: knobs.get('batch.windowMs'),
    dailyCap: (channel) => knobs.get(`cap.${channel}`),
  };
}
