import { parseArguments } from './arguments.js';
import { printEvents } from './logger.js';
import { mingoLibrary } from './query/mingo-library.js';
import { startMongoServer } from './server.js';

const PRELOAD_AFTER_MS = 300;

async function main(): Promise<void> {
  const { port, host, dataDir } = parseArguments(process.argv.slice(2));
  const server = await startMongoServer({ port, host, dataDir, logger: printEvents });
  const stop = () => {
    void server.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  printEvents('info', 'listening', { port: server.port, host, pid: process.pid });
  // Before anybody asks for it: those who wait for this line have clients to start first.
  setTimeout(mingoLibrary, PRELOAD_AFTER_MS).unref();
}

main().catch((error: unknown) => {
  printEvents('error', 'failed-to-start', { message: error instanceof Error ? error.message : String(error) });
  process.stderr.write(`mongo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
