import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { ConnectOptions, Connection } from 'mongoose';
import type { ReadinessCheck } from '../http/index.js';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { DEFAULT_POOL, reopenOnChange } from './changing-pool.js';
import type { ChangingPool, PoolSettings } from './changing-pool.js';
import { exposeMongoPool } from './pool-metrics.js';
import { watchHeartbeat } from './watch-heartbeat.js';

/** How long an operation may wait for a server before it fails, in ms. The driver's 30 s would outlive every caller. */
const SERVER_SELECTION_MS = 3000;

/** How long a server may take to answer, in ms. The driver waits for ever (30 s for a connection), and a server that hangs would take every request with it. */
const ANSWER_MS = 3000;

/** How long a starting service waits for its database, in ms: long enough for an engine that starts beside it or restarts. */
const START_PATIENCE_MS = 60_000;
const RETRY_PAUSE_MS = 250;
const PING_TIMEOUT_MS = 1000;

/**
 * Connects to the service's own database, trying again for a minute. Afterwards, operations fail at once when it is away
 * instead of queueing up.
 * @throws the driver's error when the minute is over
 */
export async function connectMongo(options: {
  readonly url: string;
  readonly service: string;
  readonly logger: Logger;
  /** Where the use of the connection pool is published. */
  readonly metrics?: Metrics;
  /** Default the size that the driver has, and a wait of 5 s. */
  readonly pool?: ChangingPool;
}): Promise<Connection> {
  const { url, service, logger, metrics, pool } = options;
  const connection = mongoose.createConnection();
  connection.on('disconnected', () => logger.warn('mongo disconnected'));
  connection.on('connected', () => logger.info('mongo connected'));
  const expose = metrics && exposeMongoPool(metrics);
  const open = async (): Promise<void> => {
    await openPatiently(connection, url, optionsFor(service, pool?.settings() ?? DEFAULT_POOL), logger);
    expose?.(connection.getClient());
    watch(connection.getClient());
  };
  let turn = Promise.resolve();
  const reopen = (): Promise<void> => {
    turn = turn
      .then(async () => {
        await connection.close();
        await open();
      })
      .catch((error: unknown) => void logger.error('mongo could not be opened again', { error }));
    return turn;
  };
  const watch = watchHeartbeat({
    answerMs: ANSWER_MS,
    onStopped() {
      logger.warn('the driver has stopped to look after mongo; connecting again');
      void reopen();
    },
  });
  await open();
  connection.on('error', (error: unknown) => logger.error('mongo error', { error }));
  if (pool) reopenOnChange(pool, reopen);
  return connection;
}

const optionsFor = (service: string, { maxSize, waitMs }: PoolSettings): ConnectOptions => ({
  appName: service,
  maxPoolSize: maxSize,
  waitQueueTimeoutMS: waitMs,
  serverSelectionTimeoutMS: SERVER_SELECTION_MS,
  connectTimeoutMS: ANSWER_MS,
  socketTimeoutMS: ANSWER_MS,
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
});

async function openPatiently(
  connection: Connection,
  url: string,
  options: ConnectOptions,
  logger: Logger,
): Promise<void> {
  const giveUpAt = performance.now() + START_PATIENCE_MS;
  for (;;) {
    try {
      await connection.openUri(url, options);
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      logger.warn('mongo is away; trying again', { error });
      await delay(RETRY_PAUSE_MS);
    }
  }
}

/** Ready while a ping comes back within a second. */
export function mongoReadiness(connection: Connection): ReadinessCheck {
  return {
    name: 'mongo',
    async check() {
      if (!connection.db) throw new Error('not connected');
      // The driver's own `timeoutMS` does not end a ping to a server that hangs.
      const answered = new AbortController();
      const late = delay(PING_TIMEOUT_MS, undefined, { signal: answered.signal }).then(() => {
        throw new Error(`no answer to a ping within ${PING_TIMEOUT_MS} ms`);
      });
      try {
        await Promise.race([connection.db.command({ ping: 1 }), late]);
      } finally {
        late.catch(() => undefined);
        answered.abort();
      }
    },
  };
}
