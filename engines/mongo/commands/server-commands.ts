import { Long } from 'bson';
import type { Doc } from '../values/document.js';
import type { Command, CommandContext } from './command.js';

/** The version of mongod whose behaviour is imitated. */
export const VERSION = '7.0.0';
const WIRE_VERSION = 21;
const SESSION_TIMEOUT_MINUTES = 30;

/**
 * The handshake. Without `topologyVersion` drivers poll instead of holding a streaming hello open, and without `setName`
 * they see a standalone: no transactions, no retryable writes.
 */
export function hello(context: CommandContext, legacy: boolean): Doc {
  return {
    ...(legacy ? { ismaster: true } : { isWritablePrimary: true }),
    helloOk: true,
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(context.server.now()),
    logicalSessionTimeoutMinutes: SESSION_TIMEOUT_MINUTES,
    connectionId: context.connectionId,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

/** Commands about the server itself; they touch no document. */
export const serverCommands: Readonly<Record<string, Command>> = {
  hello: { run: (_command, context) => hello(context, false) },
  isMaster: { run: (_command, context) => hello(context, true) },
  ismaster: { run: (_command, context) => hello(context, true) },
  ping: { run: () => ({}) },
  // Sessions hold nothing on a standalone without retryable writes; ending them is all there is to do.
  endSessions: { run: () => ({}) },
  refreshSessions: { run: () => ({}) },
  killSessions: { run: () => ({}) },
  startSession: { run: (command) => ({ id: command['lsid'] ?? {}, timeoutMinutes: SESSION_TIMEOUT_MINUTES }) },
  whatsmyuri: { run: (_command, { connectionId }) => ({ you: `127.0.0.1:${connectionId}` }) },
  buildInfo: { run: buildInfo },
  buildinfo: { run: buildInfo },
  connectionStatus: { run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }) },
  getParameter: { run: () => ({ featureCompatibilityVersion: { version: '7.0' } }) },
  hostInfo: {
    run: (_command, { server }) => ({ system: { currentTime: new Date(server.now()), hostname: server.host } }),
  },
  serverStatus: { run: serverStatus },
};

function buildInfo(): Doc {
  return {
    version: VERSION,
    versionArray: [7, 0, 0, 0],
    gitVersion: 'quickbite-embedded',
    modules: ['quickbite-embedded'],
    storageEngines: ['quickbite-journal'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16 * 1024 * 1024,
  };
}

function serverStatus(_command: Doc, { server, cursors }: CommandContext): Doc {
  const memory = process.memoryUsage();
  const uptime = (server.now() - server.startedAt) / 1000;
  return {
    host: `${server.host}:${server.port()}`,
    version: VERSION,
    process: 'mongod',
    pid: Long.fromNumber(process.pid),
    uptime,
    uptimeMillis: Long.fromNumber(Math.round(uptime * 1000)),
    localTime: new Date(server.now()),
    connections: { current: server.connections(), available: 51_200 - server.connections() },
    opcounters: { ...server.counters },
    metrics: { cursor: { open: { total: cursors.count } } },
    mem: { bits: 64, resident: Math.round(memory.rss / 1024 / 1024), virtual: Math.round(memory.rss / 1024 / 1024) },
    storageEngine: { name: 'quickbite-journal', persistent: true },
  };
}
