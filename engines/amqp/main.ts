import { parseArgs } from 'node:util';
import { jsonLogger } from './logger.js';
import { startAmqpServer } from './server.js';

const USAGE = 'usage: main.js --port <0-65535> --data <folder> [--host <address>]';

const logger = jsonLogger((line) => process.stdout.write(line));

try {
  const options = readOptions();
  const server = await startAmqpServer({
    ...options,
    logger,
    onDiskFailure: (error) =>
      stopWith(`The journal in ${options.dataDir} cannot be written: ${error.message}. Is the disk full?`),
  });
  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  logger.info('listening', { port: server.port, host: options.host, dataDir: options.dataDir, pid: process.pid });
} catch (error) {
  stopWith(explain(error));
}

function readOptions() {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, data: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const { port, data, host } = values;
  if (port === undefined || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, got "${port ?? ''}". ${USAGE}`);
  }
  if (!data) throw new Error(`--data must name the folder for durable queues and messages. ${USAGE}`);
  return { port: Number(port), dataDir: data, host };
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port ?? ''} is taken by another program. Stop it, or choose another with --port.`;
  if (code === 'EACCES') return `Port ${port ?? ''} may not be opened by this user. Choose one above 1023 with --port.`;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}

function stopWith(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
