import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { serveConnection } from './connection.js';
import { Dispatcher } from './dispatcher.js';
import { ScriptEngine } from './scripting/script-engine.js';
import { Settings } from './state/settings.js';
import { ServerState } from './state/server-state.js';
import type { Logger } from './state/server-state.js';

const SAMPLE_MS = 100;
const SWEEP = { keysPerRound: 200, budgetMs: 10 };

export interface RedisServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Named by CONFIG GET dir; nothing is written there. */
  readonly dataDir: string;
  /** What CONFIG SET can change; default Redis's own defaults. */
  readonly settings?: Settings;
  readonly logger: Logger;
  /** Unix time in ms; default Date.now. */
  readonly clock?: () => number;
}

export interface StartedRedisServer {
  readonly port: number;
  /** Stops listening, drops every connection and returns when both are done. */
  close(): Promise<void>;
}

/** Starts the server and returns when it listens; rejects with the socket's error when it cannot. */
export async function startRedisServer(options: RedisServerOptions): Promise<StartedRedisServer> {
  const sockets = new Set<Socket>();
  let lastId = 0;
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    state.tick();
    serveConnection(socket, (lastId += 1), state, dispatcher);
  });
  const port = await listen(listener, options.port, options.host ?? '127.0.0.1');
  let scripts: ScriptEngine | undefined;
  const dispatcher: Dispatcher = new Dispatcher(() => state);
  const state = new ServerState({
    port,
    dataDir: options.dataDir,
    settings: options.settings ?? new Settings(),
    clock: options.clock ?? Date.now,
    runner: dispatcher,
    logger: options.logger,
    scripts: () => (scripts ??= new ScriptEngine()),
  });
  // Lua takes a while to load: not before the first client is served, and not in the middle of its first script.
  const warmUp = setTimeout(() => state.scripts(), SAMPLE_MS);
  const timer = setInterval(() => {
    state.tick();
    state.statistics.sample(SAMPLE_MS);
    sweepExpired(state);
    state.eviction.makeRoom();
    state.blocked.serve();
  }, SAMPLE_MS);
  return {
    port,
    close: async () => {
      clearTimeout(warmUp);
      clearInterval(timer);
      state.pause.end();
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Active expiry: goes on with a database while a good part of what it looks at has expired, within a small budget of time. */
function sweepExpired(state: ServerState): void {
  const deadline = performance.now() + SWEEP.budgetMs;
  for (const database of state.databases) {
    while (database.sweepExpired(SWEEP.keysPerRound) > SWEEP.keysPerRound / 4 && performance.now() < deadline);
  }
}

function listen(listener: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, 511, () => {
      listener.off('error', reject);
      resolve((listener.address() as AddressInfo).port);
    });
  });
}
