import { parseArgs } from 'node:util';
import { startToxiproxyServer } from './server.js';

const USAGE = 'usage: node main.js --port N [--host 127.0.0.1]';

function log(level: 'info' | 'error', event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
}

function readOptions(): { port: number; host: string } {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const { port, host } = values;
  if (port === undefined || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`expected --port to be a number from 0 to 65535, got ${port === undefined ? 'none' : `"${port}"`}`);
  }
  return { port: Number(port), host };
}

async function main(): Promise<void> {
  const { port, host } = readOptions();
  const server = await startToxiproxyServer({ port, host }).catch((cause: unknown) => {
    throw new Error(
      `cannot listen on ${host}:${port} (${reason(cause)}): free the port, or choose another with --port`,
      {
        cause,
      },
    );
  });
  const stop = (signal: string): void => {
    log('info', 'closing', { signal });
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  // Last: whoever reads this may stop the process the next moment.
  log('info', 'listening', { port: server.port, host });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

main().catch((error: unknown) => {
  log('error', 'failed-to-start', { message: reason(error) });
  process.stderr.write(`toxiproxy: ${reason(error)}\n${USAGE}\n`);
  process.exitCode = 1;
});
