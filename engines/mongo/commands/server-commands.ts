import { Long, UUID } from 'bson';
import { show, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import type { Command, CommandContext } from './command.js';
import { getParameter, setParameter } from './parameter-commands.js';

/** The version of mongod whose behaviour is imitated. */
export const VERSION = '7.0.0';
const WIRE_VERSION = 21;
const SESSION_TIMEOUT_MINUTES = 30;
const MOST_CONNECTIONS = 51_200;

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
  startSession: { run: () => ({ id: { id: new UUID() }, timeoutMinutes: SESSION_TIMEOUT_MINUTES }) },
  whatsmyuri: { run: (_command, { connectionId }) => ({ you: `127.0.0.1:${connectionId}` }) },
  buildInfo: { run: buildInfo },
  buildinfo: { run: buildInfo },
  connectionStatus: { run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }) },
  getParameter,
  setParameter,
  profile: { run: profile },
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
  const { current, totalCreated } = server.connections();
  const { operations, documents, network } = server.counters;
  const { open, noTimeout, timedOut } = cursors.counts;
  const long = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Long.fromNumber(count)]));
  return {
    host: `${server.host}:${server.port()}`,
    version: VERSION,
    process: 'mongod',
    pid: Long.fromNumber(process.pid),
    uptime,
    uptimeMillis: Long.fromNumber(Math.round(uptime * 1000)),
    localTime: new Date(server.now()),
    connections: { current, available: MOST_CONNECTIONS - current, totalCreated },
    network: long(network),
    opcounters: long(operations),
    metrics: {
      cursor: {
        timedOut: Long.fromNumber(timedOut),
        open: { total: Long.fromNumber(open), noTimeout: Long.fromNumber(noTimeout) },
      },
      document: long(documents),
    },
    mem: { bits: 64, resident: Math.round(memory.rss / 1024 / 1024), virtual: Math.round(memory.rss / 1024 / 1024) },
    storageEngine: { name: 'quickbite-journal', persistent: true },
  };
}

/** `profile`: -1 asks for the level of a database; 0, 1 and 2 set it. `slowms` and `sampleRate` are the whole server's. */
function profile(command: Doc, { server: { profiler }, database }: CommandContext): Doc {
  const level = Number(command['profile']);
  if (![-1, 0, 1, 2].includes(level))
    throw new CommandError('BadValue', `expected a profiling level of -1, 0, 1 or 2, got ${show(command['profile'])}`);
  const { slowMs: slowms, sampleRate } = profiler;
  const was = profiler.level(database);
  if (typeof command['slowms'] === 'number') profiler.slowMs = command['slowms'];
  if (typeof command['sampleRate'] === 'number') profiler.sampleRate = command['sampleRate'];
  if (level >= 0) profiler.setLevel(database, level);
  return { was, slowms, sampleRate };
}
