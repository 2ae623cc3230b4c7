import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { connectMongo, mongoReadiness } from '@quickbite/shared/database';
import { seedRoute } from '@quickbite/shared/seed';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
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
const DAY_MS = 24 * 60 * 60 * 1000;

/** Starts user-service: it is ready when the database is there, with its indexes and the first admin. Redis may come later. */
export function start({
  env,
  knobs,
  now = () => new Date(),
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: UserKnobs;
  /** The clock that tokens live by. */
  readonly now?: () => Date;
}): Promise<RunningService> {
  return startService({ service: SERVICE, config, env, knobs }, async (tools) => {
    const { config: settings, logger, metrics, opened } = tools;
    const passwords = createPasswords(knobs);
    const redis = opened(
      connectRedis({ url: settings.REDIS_URL, logger, commandTimeoutMs: settings.REDIS_TIMEOUT_MS }),
      (it) => it.disconnect(),
    );
    const connection = opened(
      await connectMongo({ url: settings.MONGO_URL, service: SERVICE, logger, metrics }),
      (it) => it.close(),
    );
    const accounts = openAccounts(connection, now);
    const sessions = openSessions(connection);
    const revokedTokens = openRevokedTokens(connection);
    await Promise.all([accounts, sessions, revokedTokens].map((collection) => collection.createIndexes()));
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings;
    if (email !== undefined && password !== undefined)
      await bootstrapAdmin({ email, password }, { accounts, passwords });

    const shared = createRedisRevocations(redis, now);
    const revocations = opened(createRevocations({ accounts, revokedTokens, shared, logger, now }), (it) => it.close());
    // It may have missed revocations while it was away, or come back empty.
    redis.on('ready', () => revocations.tellAll());
    if (redis.status === 'ready') revocations.tellAll();

    return {
      readiness: [mongoReadiness(connection), redisReadiness(redis)],
      internal: seedRoute(createAccountSeeder(connection, (password) => passwords.hash(password))),
      endpoints: [
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
    };
  });
}
