import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoReadiness } from '@quickbite/shared/database';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { seedRoute } from '@quickbite/shared/seed';
import type { RunningService } from '@quickbite/shared/service';
import { config } from './config.js';
import { openAccounts } from './data-access/accounts.js';
import { createRedisLoginThrottle } from './data-access/redis-login-throttle.js';
import { createRedisRevocations } from './data-access/redis-revocations.js';
import { openRevokedTokens } from './data-access/revoked-tokens.js';
import { createAccountSeeder } from './data-access/seed-accounts.js';
import { openSessions } from './data-access/sessions.js';
import { bootstrapAdmin } from './domain/bootstrap-admin.js';
import { createDegradingLoginThrottle } from './domain/degrading-login-throttle.js';
import { createLocalLoginThrottle } from './domain/local-login-throttle.js';
import { createPasswords } from './domain/passwords.js';
import { createRevocations } from './domain/revocations.js';
import { createUserMetrics } from './domain/user-metrics.js';
import { accountEndpoints } from './entry-points/http/account-endpoints.js';
import { addressEndpoints } from './entry-points/http/address-endpoints.js';
import { authEndpoints } from './entry-points/http/auth-endpoints.js';
import type { UserKnobs } from './knobs.js';

const SERVICE = 'user-service';
/** ms that running requests have to end when the service stops. */
const DRAIN_GRACE_MS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Starts user-service: the database first, with its indexes and the first admin, then HTTP. Redis may come later. */
export async function start({
  env,
  knobs,
  now = () => new Date(),
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: UserKnobs;
  /** The clock that tokens live by. */
  readonly now?: () => Date;
}): Promise<RunningService> {
  const settings = loadConfig(config, env);
  const logger = createLogger({ service: SERVICE, level: settings.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);
  const passwords = createPasswords();
  const redis = connectRedis({ url: settings.REDIS_URL, logger, commandTimeoutMs: settings.REDIS_TIMEOUT_MS });
  const connection = await connectMongo({ url: settings.MONGO_URL, service: SERVICE, logger, metrics });
  const accounts = openAccounts(connection, now);
  const sessions = openSessions(connection);
  const revokedTokens = openRevokedTokens(connection);
  await Promise.all([accounts, sessions, revokedTokens].map((collection) => collection.createIndexes()));
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings;
  if (email !== undefined && password !== undefined) await bootstrapAdmin({ email, password }, { accounts, passwords });

  const shared = createRedisRevocations(redis, now);
  const revocations = createRevocations({ accounts, revokedTokens, shared, logger, now });
  // It may have missed revocations while it was away, or come back empty.
  redis.on('ready', () => revocations.tellAll());
  if (redis.status === 'ready') revocations.tellAll();

  const server = await startHttpServer({
    service: SERVICE,
    host: settings.HOST,
    port: settings.PORT,
    logger,
    metrics,
    knobs,
    labKey: settings.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(connection), redisReadiness(redis)],
    internal: seedRoute(createAccountSeeder(connection, (password) => passwords.hash(password))),
    endpoints: {
      list: [
        ...authEndpoints({
          accounts,
          passwords,
          sessions,
          revocations,
          throttle: createDegradingLoginThrottle({
            shared: createRedisLoginThrottle(redis),
            local: createLocalLoginThrottle(),
            isSharedUp: () => redis.status === 'ready',
            logger,
          }),
          jwtSecret: settings.JWT_SECRET,
          sessionMaxAgeMs: settings.SESSION_MAX_AGE_DAYS * DAY_MS,
          knobs,
          metrics: createUserMetrics(metrics),
          logger,
          now,
        }),
        ...accountEndpoints(accounts),
        ...addressEndpoints(accounts),
      ],
      authorize: createAuthorize(settings.IDENTITY_SECRET),
      validateAnswers: settings.QUICKBITE_VALIDATE_ANSWERS,
    },
  });

  return {
    port: server.port,
    async close() {
      await server.close({ graceMs: DRAIN_GRACE_MS });
      revocations.close();
      redis.disconnect();
      await connection.close();
    },
  };
}
