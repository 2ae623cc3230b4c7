import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoReadiness } from '@quickbite/shared/database';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { RunningService } from '@quickbite/shared/service';
import { config } from './config.js';
import { openAccounts } from './data-access/accounts.js';
import { createPasswords } from './domain/passwords.js';
import { accountEndpoints, authEndpoints } from './entry-points/http/account-endpoints.js';

const SERVICE = 'user-service';
/** ms that running requests have to end when the service stops. */
const DRAIN_GRACE_MS = 10_000;

/** Starts user-service: the database first, with its indexes, then HTTP. */
export async function start({
  env,
  knobs,
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs;
}): Promise<RunningService> {
  const settings = loadConfig(config, env);
  const logger = createLogger({ service: SERVICE, level: settings.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);
  const passwords = createPasswords();
  const connection = await connectMongo({ url: settings.MONGO_URL, service: SERVICE, logger, metrics });
  const accounts = openAccounts(connection);
  await accounts.createIndexes();

  const server = await startHttpServer({
    service: SERVICE,
    host: settings.HOST,
    port: settings.PORT,
    logger,
    metrics,
    knobs,
    labKey: settings.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(connection)],
    endpoints: {
      list: [...authEndpoints({ accounts, passwords, jwtSecret: settings.JWT_SECRET }), ...accountEndpoints(accounts)],
      authorize: createAuthorize(settings.IDENTITY_SECRET),
      validateAnswers: settings.QUICKBITE_VALIDATE_ANSWERS,
    },
  });

  return {
    port: server.port,
    async close() {
      await server.close({ graceMs: DRAIN_GRACE_MS });
      await connection.close();
    },
  };
}
