import { CommandError, errors } from '../resp/command-error.js';
import { globMatcher } from '../keyspace/glob.js';
import { MapReply, NO_REPLY, OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { infoText } from './info.js';
import { parseFloatStrictly, parseInteger } from './parse-numbers.js';

const noScript = { noScript: true };

export const serverCommands: readonly Command[] = [
  command('time', 1, 'control', ({ server }) => [
    String(Math.floor(server.now / 1000)),
    String((server.now % 1000) * 1000),
  ]),
  command('info', -1, 'control', ({ server }, [, ...sections]) => infoText(server, sections)),
  command(
    'config|get',
    -3,
    'control',
    ({ server }, [, , ...patterns]) => {
      const matchers = patterns.map((pattern) => globMatcher(pattern.toLowerCase()));
      const settings = [...CONFIG_DEFAULTS, ['dir', server.dataDir], ['port', String(server.port)]] as const;
      return new MapReply(settings.filter(([name]) => matchers.some((matches) => matches(name))).flat());
    },
    noScript,
  ),
  command('config|set', -4, 'control', configSet, noScript),
  command(
    'config|resetstat',
    2,
    'control',
    ({ server }) => {
      server.statistics.reset();
      return OK;
    },
    noScript,
  ),
  command(
    'debug|sleep',
    3,
    'control',
    (_, [, , seconds]) => {
      // The whole server stops answering, as Redis does: that is what it is for.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, parseFloatStrictly(seconds) * 1000);
      return OK;
    },
    noScript,
  ),
  command(
    'wait',
    3,
    'control',
    (_, [, replicas, timeout]) => {
      parseInteger(replicas);
      if (parseInteger(timeout, () => new CommandError('ERR timeout is not an integer or out of range')) < 0) {
        throw new CommandError('ERR timeout is negative');
      }
      return 0;
    },
    noScript,
  ),
  command('role', 1, 'control', () => ['master', 0, []], noScript),
  command(
    'monitor',
    1,
    'control',
    ({ server, session }) => {
      server.monitors.add(session);
      return OK;
    },
    noScript,
  ),
  command('save', 1, 'control', notPersistent, noScript),
  command('bgsave', -1, 'control', notPersistent, noScript),
  command(
    'shutdown',
    -1,
    'control',
    ({ session }) => {
      session.link.close();
      process.kill(process.pid, 'SIGTERM');
      return NO_REPLY;
    },
    noScript,
  ),
  command('latency|latest', 2, 'control', () => [], noScript),
  command('slowlog|get', -2, 'control', () => [], noScript),
  command('slowlog|len', 2, 'control', () => 0, noScript),
  command('slowlog|reset', 2, 'control', () => OK, noScript),
  command('readonly', 1, 'control', clusterOnly, noScript),
  command('readwrite', 1, 'control', clusterOnly, noScript),
];

/** How this server behaves, in Redis's terms. None can be changed while it runs, and CONFIG SET says so. */
const CONFIG_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['appendonly', 'no'],
  ['databases', '16'],
  ['maxmemory', '0'],
  ['maxmemory-policy', 'noeviction'],
  ['proto-max-bulk-len', '536870912'],
  ['save', ''],
  ['timeout', '0'],
]);

function configSet(_: Call, args: readonly string[]): Reply {
  if (args.length % 2 !== 0) throw errors.arity('config|set');
  const name = args[2] ?? '';
  if (!CONFIG_DEFAULTS.has(name.toLowerCase())) {
    throw new CommandError(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
  }
  throw new CommandError(`ERR CONFIG SET failed (possibly related to argument '${name}') - can't set immutable config`);
}

function notPersistent(): Reply {
  throw new CommandError('ERR this server keeps its data in memory only: there is no snapshot to write');
}

function clusterOnly(): Reply {
  throw new CommandError('ERR This instance has cluster support disabled');
}
