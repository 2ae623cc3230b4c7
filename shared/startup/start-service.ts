import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { loadConfig } from '../config/index.js';
import type { baseConfig } from '../config/index.js';
import { createAuthorize, listenFirst } from '../http/index.js';
import type { Authorize, Endpoint, Patience, ServedParts } from '../http/index.js';
import type { Knobs } from '../knobs/index.js';
import { createLogger } from '../logging/index.js';
import type { Logger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import type { Metrics } from '../metrics/index.js';
import type { RunningService } from '../service/index.js';
import { rememberOpened } from './opened.js';
import type { Opened } from './opened.js';

/** ms that running requests get to end when a service stops. */
const DRAIN_GRACE_MS = 10_000;

/** What each service reads of its environment. An outsider has no secret to check identities with. */
type EveryConfig = Omit<z.output<typeof baseConfig>, 'IDENTITY_SECRET'> & { readonly IDENTITY_SECRET?: string };

/** What a service is built with. */
export interface BuildTools<Config> {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** For everything that has to be closed. */
  readonly opened: Opened;
}

/** What a service serves when it is built. */
export interface BuiltService extends Omit<ServedParts, 'knobs' | 'labKey' | 'endpoints'> {
  readonly endpoints?: readonly Endpoint[];
  /** See `AuthorizeOptions`. */
  readonly believesBareIdentity?: () => boolean;
  /** Ends what would never end by itself, such as streams of events: called before running requests are waited for. */
  readonly endStreams?: () => Promise<void>;
}

/**
 * Starts a service: reads its configuration, listens, and serves as soon as `build` is done. While `build` waits, for a database
 * that is not there yet, `/health/live` answers. Closing gives notice, drains the requests and then closes what was opened,
 * backwards; a start that fails closes what it has opened so far.
 * @throws ConfigError, and what `build` throws
 */
export async function startService<Schema extends z.ZodType<EveryConfig>>(
  program: {
    readonly service: string;
    readonly config: Schema;
    readonly env: NodeJS.ProcessEnv;
    readonly knobs: Knobs;
    /** How long clients may take. Default: the server's. */
    readonly patience?: (config: z.output<Schema>) => Partial<Patience>;
  },
  build: (tools: BuildTools<z.output<Schema>>) => Promise<BuiltService> | BuiltService,
): Promise<RunningService> {
  const { service, env, knobs, patience } = program;
  const config = loadConfig(program.config, env);
  const { HOST: host, PORT: port, LOG_LEVEL: level, QUICKBITE_LAB_KEY: labKey, IDENTITY_SECRET: secret } = config;
  const logger = createLogger({ service, level });
  const metrics = createMetrics(service);
  const things = rememberOpened();
  const server = await listenFirst({
    ...{ service, host, port, logger, metrics },
    ...(patience && { patience: patience(config) }),
  });
  try {
    const { endpoints, endStreams, believesBareIdentity, ...parts } = await build({
      config,
      logger,
      metrics,
      opened: things.opened,
    });
    server.serve({
      ...parts,
      knobs,
      labKey,
      ...(endpoints && {
        endpoints: {
          list: endpoints,
          authorize:
            secret === undefined
              ? nobody
              : createAuthorize(secret, { ...(believesBareIdentity && { believesBareIdentity }) }),
          validateAnswers: config.QUICKBITE_VALIDATE_ANSWERS,
        },
      }),
    });
    return {
      port: server.port,
      async close() {
        server.retire();
        await delay(config.DRAIN_NOTICE_MS);
        // Not before: who watched a stream connects again at once, to whoever still listens.
        await endStreams?.();
        await server.close({ graceMs: DRAIN_GRACE_MS });
        await things.close();
      },
    };
  } catch (error) {
    await server.close({ graceMs: 0 });
    // What kept it from starting is what matters.
    await things.close().catch((failure: unknown) => logger.error('closing failed', { error: failure }));
    throw error;
  }
}

const nobody: Authorize = () => {
  throw new Error('expected a service without IDENTITY_SECRET to have no endpoint that asks who is calling');
};
