import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import type { ReadinessCheck } from '../http/index.js';
import type { Logger } from '../logging/index.js';

/** How long an operation may wait for a server before it fails, in ms. The driver's 30 s would outlive every caller. */
const SERVER_SELECTION_MS = 3000;

/** Connects to the service's own database. Operations fail at once when it is away instead of queueing up. */
export async function connectMongo(options: {
  readonly url: string;
  readonly service: string;
  readonly logger: Logger;
}): Promise<Connection> {
  const connection = mongoose.createConnection(options.url, {
    appName: options.service,
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
  });
  connection.on('disconnected', () => options.logger.warn('mongo disconnected'));
  connection.on('connected', () => options.logger.info('mongo connected'));
  connection.on('error', (error: unknown) => options.logger.error('mongo error', { error }));
  return connection.asPromise();
}

/** Ready while a ping comes back within a second. */
export function mongoReadiness(connection: Connection): ReadinessCheck {
  return {
    name: 'mongo',
    async check() {
      if (!connection.db) throw new Error('not connected');
      await connection.db.command({ ping: 1 }, { timeoutMS: 1000 });
    },
  };
}
