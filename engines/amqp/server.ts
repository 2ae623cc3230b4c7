import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { Broker } from './broker/broker.js';
import { Connection } from './connection/connection.js';
import { lockDataFolder } from './data-folder-lock.js';
import type { Logger } from './logger.js';
import { Journal } from './store/journal.js';
import { replay } from './store/replay.js';

export interface AmqpServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host?: string;
  /** Created when it is not there; used by one broker at a time. */
  readonly dataDir: string;
  readonly logger: Logger;
  /** The disk failed, and nothing is confirmed any more. Default: only logged. */
  readonly onDiskFailure?: (error: Error) => void;
}

export interface StartedAmqpServer {
  readonly port: number;
  /** Closes the connections, writes what is pending and gives the data folder free. */
  close(): Promise<void>;
}

const defaults = { host: '127.0.0.1' } as const;
/** The journal is not rewritten below this size, in bytes. */
const COMPACT_ABOVE = 16 * 1024 * 1024;
/** Publishers wait while more than this is on its way to the disk, in bytes. */
const DISK_BACKLOG = 16 * 1024 * 1024;

/**
 * Starts an AMQP 0-9-1 broker in this process. Throws when the port is taken or the data folder cannot be used.
 */
export async function startAmqpServer(options: AmqpServerOptions): Promise<StartedAmqpServer> {
  const { dataDir, logger } = options;
  const unlock = lockDataFolder(dataDir);
  try {
    const { broker, journal } = await openBroker(options);
    const connections = new Set<Connection>();
    const server = createServer((socket) => {
      const connection = new Connection(socket, {
        broker,
        logger,
        diskIsBehind: () => journal.backlog > DISK_BACKLOG,
        onClosed: () => connections.delete(connection),
      });
      connections.add(connection);
    });
    try {
      await listen(server, options.port, options.host ?? defaults.host);
    } catch (error) {
      await journal.close();
      throw error;
    }
    return {
      port: portOf(server),
      close: async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        for (const connection of connections) connection.shutDown();
        await closed;
        broker.dispose();
        await journal.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openBroker({ dataDir, logger, onDiskFailure }: AmqpServerOptions) {
  const replayed = replay(dataDir);
  const journal = await Journal.open(
    {
      dataDir,
      compactAbove: COMPACT_ABOVE,
      snapshot: () => broker.snapshot(),
      onFailure: (error) => {
        logger.error('the journal cannot be written', { error: error.message });
        onDiskFailure?.(error);
      },
    },
    replayed.intactBytes,
  );
  const broker: Broker = new Broker(journal, logger);
  broker.recover(replayed);
  const { messages, intactBytes, droppedBytes } = replayed;
  if (droppedBytes > 0) logger.error('a torn end of the journal was dropped', { droppedBytes });
  if (intactBytes > 0) logger.info('recovered', { messages: messages.length, journalBytes: intactBytes });
  return { broker, journal };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The broker listens on no port.');
  return address.port;
}
