import { mkdirSync, accessSync, constants } from 'node:fs';
import { parseArgs } from 'node:util';
import { startRedisServer } from './server.js';
import type { Logger } from './state/server-state.js';
import { Settings } from './state/settings.js';

const USAGE =
  'usage: node main.js --port N --data DIR [--host 127.0.0.1] [--maxmemory 64mb] [--maxmemory-policy allkeys-lru]' +
  ' [--maxmemory-samples 5] [--notify-keyspace-events KEx]';

const log: Logger = (level, message) => writeLine({ level, message });

function writeLine(fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), engine: 'redis', ...fields })}\n`);
}

const text = { type: 'string' } as const;

function readOptions(): { port: number; host: string; dataDir: string; settings: Settings } {
  const { values } = parseArgs({
    options: {
      port: text,
      data: text,
      host: { ...text, default: '127.0.0.1' },
      maxmemory: text,
      'maxmemory-policy': text,
      'maxmemory-samples': text,
      'notify-keyspace-events': text,
    },
  });
  const { port, data, host } = values;
  if (port === undefined || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`expected --port to be a number from 0 to 65535, got ${port === undefined ? 'none' : `"${port}"`}`);
  }
  if (data === undefined || data === '') throw new Error('expected --data to name a folder, got none');
  const settings = new Settings();
  for (const [name, value] of Object.entries(values)) applySetting(settings, name, value);
  return { port: Number(port), host, dataDir: data, settings };
}

function applySetting(settings: Settings, name: string, value: string): void {
  try {
    settings.prepare(name, value)?.();
  } catch (cause) {
    throw new Error(`expected another value for --${name} than "${value}": ${reason(cause)}`, { cause });
  }
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
