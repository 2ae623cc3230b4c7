import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { connectMongo, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, replayParked } from '@quickbite/shared/events';
import type { Knobs } from '@quickbite/shared/knobs';
import { createUpstream } from '@quickbite/shared/resilience';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
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
/** Claims are made before anything is written: a Redis that is slower than this is taken to be away. */
const REDIS_TIMEOUT_MS = 1000;

/** Starts notification-service: texts, database, Redis, worker, broker and consumers, in this order. */
export function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof notificationKnobs>;
  /** The time. Default: the clock's. */
  readonly now?: () => Date;
}): Promise<RunningService> {
  const { env, knobs } = context;
  const now = (): Date => new Date((context.now?.() ?? new Date()).getTime() + knobs.get('clock.aheadMs'));
  return startService({ service: SERVICE, config: notificationConfig, env, knobs }, async (tools) => {
    const { config, logger, metrics, opened } = tools;
    const messages = compileMessages();

    const mongo = opened(await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics }), (it) =>
      it.close(),
    );
    const [notifications, counts, mailbox, letters] = await Promise.all([
      createNotificationRepository(mongo, now),
      createDailyCounts(mongo, now),
      createMailbox(mongo, now),
      createDeadLetters(mongo, now),
    ]);
    exposeBacklog(metrics, { notifications, letters });
    const redis = opened(connectRedis({ url: config.REDIS_URL, logger, commandTimeoutMs: REDIS_TIMEOUT_MS }), (it) =>
      it.disconnect(),
    );
    const upstream = opened(createUpstream('user-service', config.USER_SERVICE_URL), (it) => it.close());
    const contacts = createHttpContacts({
      upstream,
      identitySecret: config.IDENTITY_SECRET,
      service: SERVICE,
      keepMs: config.CONTACT_KEEP_MS,
    });
    const channels = createChannels({ mailbox, knobs, metrics });
    const settings = (): DeliverySettings => readSettings(knobs);
    const leaseMs = (): number => knobs.get('delivery.leaseMs');
    const worker = opened(
      startDeliveryWorker({
        notifications,
        contacts,
        counts,
        channels,
        settings,
        leaseMs,
        logger,
        now,
      }),
      (it) => it.close(),
    );

    const broker = opened(connectBroker({ url: config.AMQP_URL, service: SERVICE, logger }), (it) => it.close());
    const claims = createRedisClaims(redis);
    const onRecorded = (): void => worker.nudge();
    opened(
      await consumeEvents({
        broker,
        notifications,
        claims,
        messages,
        knobs,
        logger,
        metrics,
        now,
        onRecorded,
      }),
      (it) => it.drain(),
    );
    opened(await collectDeadLetters({ broker, letters, logger }), (it) => it.drain());
    return {
      readiness: [mongoReadiness(mongo), broker.readiness, redisReadiness(redis)],
      internal: mailboxRoutes(mailbox),
      // Dead letters first: their path would pass for an id.
      endpoints: [
        ...deadLetterEndpoints({ letters, replay: (message) => replayParked(broker, message) }),
        ...notificationEndpoints(notifications),
      ],
    };
  });
}

function readSettings(knobs: Knobs<typeof notificationKnobs>): DeliverySettings {
  return {
    attempts: knobs.get('delivery.attempts'),
    sameKey: knobs.get('delivery.sameKey'),
    fallback: knobs.get('fallback.enabled'),
    quietHours: knobs.get('quietHours.enabled'),
    importance: knobs.get('importance.enabled'),
    ownCap: knobs.get('cap.own'),
    batchWindowMs: knobs.get('batch.windowMs'),
    ordering: knobs.get('ordering.strategy'),
    dailyCap: (channel) => knobs.get(`cap.${channel}`),
  };
}
