import { CommandError } from '../resp/command-error.js';
import { NO_REPLY, OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Command } from './command.js';
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

function notPersistent(): Reply {
  throw new CommandError('ERR this server keeps its data in memory only: there is no snapshot to write');
}

function clusterOnly(): Reply {
  throw new CommandError('ERR This instance has cluster support disabled');
}
