import { mkdirSync, accessSync, constants } from 'node:fs';
import { parseArgs } from 'node:util';
import { startRedisServer } from './server.js';
import type { Logger } from './state/server-state.js';

const USAGE = 'usage: node main.js --port N --data DIR [--host 127.0.0.1]';

const log: Logger = (level, message) => writeLine({ level, message });

function writeLine(fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), engine: 'redis', ...fields })}\n`);
}

function readOptions(): { port: number; host: string; dataDir: string } {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, data: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const { port, data, host } = values;
  if (port === undefined || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`expected --port to be a number from 0 to 65535, got ${port === undefined ? 'none' : `"${port}"`}`);
  }
  if (data === undefined || data === '') throw new Error('expected --data to name a folder, got none');
  return { port: Number(port), host, dataDir: data };
}

function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new Error(`expected --data to be a folder that can be written, got "${folder}" (${reason(cause)})`, {
      cause,
    });
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  prepareFolder(options.dataDir);
  const server = await startRedisServer({ ...options, logger: log }).catch((cause: unknown) => {
    throw new Error(
      `cannot listen on ${options.host}:${options.port} (${reason(cause)}): free the port, or choose another with --port`,
      { cause },
    );
  });
  const stop = (signal: string) => {
    log('info', `${signal}: closing`);
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  // Last: whoever reads this may stop the process the next moment.
  writeLine({ event: 'listening', port: server.port });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

main().catch((error: unknown) => {
  process.stderr.write(`redis: ${reason(error)}\n${USAGE}\n`);
  process.exitCode = 1;
});
