import { createServer, type Server, type Socket } from 'node:net';
import { Cursors } from './commands/cursors.js';
import { Dispatcher } from './commands/dispatcher.js';
import { PARAMETER_DEFAULTS } from './commands/parameters.js';
import { Profiler } from './commands/profiler.js';
import type { Logger } from './logger.js';
import { removeExpired } from './storage/expiry.js';
import { lockFolder } from './storage/lock-file.js';
import { Store } from './storage/store.js';
import { serveConnection } from './wire/connection.js';
import { Outbox } from './wire/outbox.js';

const HOUSEKEEPING_INTERVAL_MS = 1000;

export interface MongoServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host: string;
  /** Made if it does not exist; one server at a time uses it. */
  readonly dataDir: string;
  readonly logger: Logger;
}

/** A server that listens. */
export interface StartedMongoServer extends AsyncDisposable {
  readonly port: number;
  /** Closes all connections, flushes to the disk and gives the data folder back. */
  close(): Promise<void>;
}

/**
 * Starts an embedded MongoDB server that speaks the wire protocol to unmodified drivers.
 * @throws Error when the port is taken, or the data folder is locked, damaged or cannot be written
 */
export async function startMongoServer({
  port,
  host,
  dataDir,
  logger,
}: MongoServerOptions): Promise<StartedMongoServer> {
  const unlock = lockFolder(dataDir);
  try {
    const store = new Store(dataDir, (error) => {
      // Answering on would acknowledge writes that a restart forgets.
      logger('error', 'journal-failed', { message: error.message });
      process.exit(1);
    });
    const { frames, tornBytes } = store.recovered;
    if (frames > 0 || tornBytes > 0) logger('info', 'recovered', { records: frames, tornBytes });
    try {
      return await serve(store, { port, host, logger, unlock });
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

async function serve(
  store: Store,
  { port, host, logger, unlock }: { port: number; host: string; logger: Logger; unlock: () => void },
): Promise<StartedMongoServer> {
  const sockets = new Set<Socket>();
  const cursors = new Cursors(Date.now);
  const counters = {
    operations: { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 },
    documents: { inserted: 0, returned: 0, updated: 0, deleted: 0 },
    network: { bytesIn: 0, bytesOut: 0, numRequests: 0 },
  };
  const parameters = { ...PARAMETER_DEFAULTS };
  let lastConnectionId = 0;
  const server = createServer();
  const facts = {
    host,
    port: () => portOf(server),
    startedAt: Date.now(),
    now: Date.now,
    connections: () => ({ current: sockets.size, totalCreated: lastConnectionId }),
    counters,
    parameters,
    profiler: new Profiler(store, logger, Math.random),
  };
  const serving = {
    responder: new Dispatcher({ store, cursors, server: facts }, logger),
    outbox: new Outbox(store),
    logger,
    onMessage: (bytesIn: number, bytesOut: number) => {
      counters.network.bytesIn += bytesIn;
      counters.network.bytesOut += bytesOut;
      counters.network.numRequests += 1;
    },
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    lastConnectionId += 1;
    serveConnection(socket, lastConnectionId, serving);
  });
  await listen(server, port, host);

  let lookedForExpiredAt = Date.now();
  const housekeeping = setInterval(() => {
    cursors.closeIdle(parameters.cursorTimeoutMillis);
    const sinceLast = Date.now() - lookedForExpiredAt;
    // The interval is not exact: half of it is the tolerance.
    if (
      !parameters.ttlMonitorEnabled ||
      sinceLast + HOUSEKEEPING_INTERVAL_MS / 2 < parameters.ttlMonitorSleepSecs * 1000
    )
      return;
    lookedForExpiredAt = Date.now();
    const removed = removeExpired(store, lookedForExpiredAt);
    if (removed > 0) logger('debug', 'expired', { removed });
  }, HOUSEKEEPING_INTERVAL_MS);

  let closing: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(housekeeping);
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    await store.close();
    unlock();
  };
  const close = () => (closing ??= stop());
  return { port: portOf(server), close, [Symbol.asyncDispose]: close };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'it is taken: stop what listens there, or choose another port' : error.message;
      reject(new Error(`cannot listen on ${host}:${port}: ${reason}`, { cause: error }));
    });
    server.listen(port, host, () => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
