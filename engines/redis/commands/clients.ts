import { CommandError, errors } from '../resp/command-error.js';
import { ErrorReply, NULL_ARRAY, OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import type { ServerState } from '../state/server-state.js';
import type { Session } from '../state/session.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';

const noScript = { noScript: true };

export const clientCommands: readonly Command[] = [
  command('client|id', 2, 'control', ({ session }) => session.id, noScript),
  command('client|getname', 2, 'control', ({ session }) => (session.name === '' ? null : session.name), noScript),
  command(
    'client|setname',
    3,
    'control',
    ({ session }, [, , name]) => {
      session.name = printable(name, 'Client names');
      return OK;
    },
    noScript,
  ),
  command(
    'client|setinfo',
    4,
    'control',
    ({ session }, [, , attribute, value]) => {
      if (attribute.toLowerCase() === 'lib-name') session.libraryName = printable(value, 'lib-name');
      else if (attribute.toLowerCase() === 'lib-ver') session.libraryVersion = printable(value, 'lib-ver');
      else throw new CommandError(`ERR Unrecognized option '${attribute}'`);
      return OK;
    },
    noScript,
  ),
  command('client|info', 2, 'control', ({ server, session }) => `${describe(server, session)}\n`, noScript),
  command('client|list', -2, 'control', list, noScript),
  command('client|kill', -3, 'control', kill, noScript),
  command('client|unblock', -3, 'control', unblock, noScript),
  command('client|pause', -3, 'control', pause, noScript),
  command(
    'client|unpause',
    2,
    'control',
    ({ server }) => {
      server.pause.end();
      return OK;
    },
    noScript,
  ),
  command('client|no-evict', 3, 'control', (_, [, , flag]) => onOrOff(flag), noScript),
  command('client|no-touch', 3, 'control', (_, [, , flag]) => onOrOff(flag), noScript),
];

function list({ server }: Call, args: readonly string[]): Reply {
  const options = new OptionReader(args, 2);
  let sessions = [...server.sessions.values()];
  if (options.take('ID')) {
    const ids = new Set(options.rest().map((id) => parseInteger(id, () => new CommandError('ERR Invalid client ID'))));
    sessions = sessions.filter(({ id }) => ids.has(id));
  } else if (options.take('TYPE')) {
    const type = options.word().toLowerCase();
    if (!['normal', 'master', 'replica', 'slave', 'pubsub'].includes(type))
      throw new CommandError(`ERR Unknown client type '${type}'`);
    sessions = sessions.filter((session) => (session.subscriptionCount > 0 ? 'pubsub' : 'normal') === type);
  }
  if (!options.atEnd()) throw errors.syntax();
  return sessions.map((session) => `${describe(server, session)}\n`).join('');
}

function describe(server: ServerState, session: Session): string {
  const flags = session.transaction ? 'x' : session.unblock ? 'b' : session.subscriptionCount > 0 ? 'P' : 'N';
  const fields = {
    id: session.id,
    addr: session.link.address,
    laddr: session.link.localAddress,
    fd: session.id,
    name: session.name,
    age: Math.floor((server.now - session.createdAt) / 1000),
    idle: Math.floor((server.now - session.lastUsedAt) / 1000),
    flags,
    db: session.database,
    sub: session.channels.size,
    psub: session.patterns.size,
    multi: session.transaction?.queued.length ?? -1,
    cmd: session.lastCommand,
    user: 'default',
    resp: session.version,
    'lib-name': session.libraryName,
    'lib-ver': session.libraryVersion,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function kill({ server, session }: Call, args: readonly string[]): Reply {
  const [, , first = '', ...rest] = args;
  if (rest.length === 0) {
    const target = [...server.sessions.values()].find(({ link }) => link.address === first);
    if (!target) return new ErrorReply('ERR No such client');
    target.link.close();
    return OK;
  }
  const options = new OptionReader(args, 2);
  let skipSelf = true;
  const filters: ((candidate: Session) => boolean)[] = [];
  while (!options.atEnd()) {
    const option = options.option();
    const value = options.word();
    if (option === 'ID') filters.push(({ id }) => id === parseInteger(value));
    else if (option === 'ADDR') filters.push(({ link }) => link.address === value);
    else if (option === 'LADDR') filters.push(({ link }) => link.localAddress === value);
    else if (option === 'TYPE')
      filters.push(({ subscriptionCount }) => (subscriptionCount > 0 ? 'pubsub' : 'normal') === value.toLowerCase());
    else if (option === 'USER') filters.push(() => value === 'default');
    else if (option === 'SKIPME') skipSelf = value.toLowerCase() === 'yes';
    else throw errors.syntax();
  }
  const targets = [...server.sessions.values()].filter((candidate) => filters.every((filter) => filter(candidate)));
  const killed = targets.filter((target) => !(skipSelf && target === session));
  for (const target of killed) target.link.close();
  return killed.length;
}

function unblock({ server }: Call, [, , id, mode = 'TIMEOUT']: readonly [string, string, string, ...string[]]): Reply {
  const upper = mode.toUpperCase();
  if (upper !== 'TIMEOUT' && upper !== 'ERROR')
    throw new CommandError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
  const target = server.sessions.get(parseInteger(id));
  if (!target?.unblock) return 0;
  target.unblock(upper === 'ERROR' ? new ErrorReply('UNBLOCKED client unblocked via CLIENT UNBLOCK') : NULL_ARRAY);
  return 1;
}

function pause(
  { server }: Call,
  [, , time, mode = 'ALL', ...rest]: readonly [string, string, string, ...string[]],
): Reply {
  const lower = mode.toLowerCase();
  if (rest.length > 0) throw errors.syntax();
  if (lower !== 'all' && lower !== 'write') throw new CommandError('ERR CLIENT PAUSE mode must be WRITE or ALL');
  const milliseconds = parseInteger(time, () => new CommandError('ERR timeout is not an integer or out of range'));
  if (milliseconds < 0) throw new CommandError('ERR timeout is negative');
  server.pause.start(lower, Math.min(milliseconds, 2 ** 31 - 1));
  return OK;
}

function printable(text: string, what: string): string {
  if (/^[!-~]*$/.test(text)) return text;
  throw new CommandError(`ERR ${what} cannot contain spaces, newlines or special characters.`);
}

function onOrOff(flag: string): Reply {
  if (!['ON', 'OFF'].includes(flag.toUpperCase())) throw errors.syntax();
  return OK;
}
