import type { ServerState } from '../state/server-state.js';
import { REDIS_VERSION } from '../redis-version.js';

type Fields = Readonly<Record<string, string | number>>;
type Section = (server: ServerState) => Fields;

const SECTIONS: Readonly<Record<string, Section>> = {
  server: (server) => ({
    redis_version: REDIS_VERSION,
    redis_mode: 'standalone',
    server_name: 'quickbite-embedded',
    os: `${process.platform} ${process.arch}`,
    arch_bits: 64,
    process_id: process.pid,
    run_id: server.runId,
    tcp_port: server.port,
    server_time_usec: server.now * 1000,
    uptime_in_seconds: Math.floor((server.now - server.startedAt) / 1000),
    uptime_in_days: Math.floor((server.now - server.startedAt) / 86_400_000),
    executable: process.execPath,
  }),
  clients: (server) => ({
    connected_clients: server.sessions.size,
    blocked_clients: server.blocked.size,
    pubsub_clients: [...server.sessions.values()].filter(({ subscriptionCount }) => subscriptionCount > 0).length,
  }),
  memory: (server) => {
    const { rss, heapUsed } = process.memoryUsage();
    const { maxmemory, policy } = server.settings;
    return {
      ...withHuman('used_memory', server.usedBytes),
      ...withHuman('used_memory_rss', rss),
      used_memory_dataset: server.dataBytes,
      used_memory_overhead: server.usedBytes - server.dataBytes,
      used_memory_heap: heapUsed,
      ...withHuman('maxmemory', maxmemory),
      maxmemory_policy: policy,
      mem_allocator: 'v8',
    };
  },
  persistence: (server) => ({
    loading: 0,
    rdb_changes_since_last_save: server.changes,
    rdb_bgsave_in_progress: 0,
    aof_enabled: 0,
  }),
  stats: ({ statistics, pubSub }) => ({
    total_connections_received: statistics.connections,
    total_commands_processed: statistics.commands,
    instantaneous_ops_per_sec: statistics.operationsPerSecond,
    total_net_input_bytes: statistics.inputBytes,
    total_net_output_bytes: statistics.outputBytes,
    rejected_connections: 0,
    expired_keys: statistics.expiredKeys,
    evicted_keys: statistics.evictedKeys,
    keyspace_hits: statistics.hits,
    keyspace_misses: statistics.misses,
    pubsub_channels: pubSub.channelCount,
    pubsub_patterns: pubSub.patternCount,
    total_error_replies: statistics.errors,
  }),
  replication: () => ({ role: 'master', connected_slaves: 0 }),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return { used_cpu_sys: (system / 1e6).toFixed(6), used_cpu_user: (user / 1e6).toFixed(6) };
  },
  commandstats: ({ statistics }) =>
    Object.fromEntries(
      [...statistics.perCommand].map(([name, { calls, microseconds, failed }]) => [
        `cmdstat_${name}`,
        `calls=${calls},usec=${Math.round(microseconds)},usec_per_call=${(microseconds / calls).toFixed(2)},rejected_calls=0,failed_calls=${failed}`,
      ]),
    ),
  cluster: () => ({ cluster_enabled: 0 }),
  keyspace: (server) =>
    Object.fromEntries(
      server.databases
        .filter(({ size }) => size > 0)
        .map(({ index, size, volatileSize }) => [`db${index}`, `keys=${size},expires=${volatileSize},avg_ttl=0`]),
    ),
};

function withHuman(name: string, bytes: number): Fields {
  const [unit = 'B', size = 1] =
    (
      [
        ['G', 2 ** 30],
        ['M', 2 ** 20],
        ['K', 2 ** 10],
      ] as const
    ).find(([, least]) => bytes >= least) ?? [];
  return { [name]: bytes, [`${name}_human`]: `${unit === 'B' ? bytes : (bytes / size).toFixed(2)}${unit}` };
}

const NOT_BY_DEFAULT = new Set(['commandstats']);

/** The text of INFO for the named sections; none means the default ones. */
export function infoText(server: ServerState, wanted: readonly string[]): string {
  const names = new Set(wanted.map((name) => name.toLowerCase()));
  const everything = names.has('all') || names.has('everything');
  const defaults = names.size === 0 || names.has('default');
  return Object.entries(SECTIONS)
    .filter(([name]) => everything || names.has(name) || (defaults && !NOT_BY_DEFAULT.has(name)))
    .map(([name, fields]) => {
      const lines = Object.entries(fields(server)).map(([field, value]) => `${field}:${value}\r\n`);
      return `# ${name.charAt(0).toUpperCase()}${name.slice(1)}\r\n${lines.join('')}`;
    })
    .join('\r\n');
}
