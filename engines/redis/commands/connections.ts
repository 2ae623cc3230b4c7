import { CommandError, errors } from '../resp/command-error.js';
import { MapReply, NO_REPLY, OK, Status } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import type { Session } from '../state/session.js';
import type { ServerState } from '../state/server-state.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { databaseIndex } from './keys.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';
import { REDIS_VERSION } from '../redis-version.js';

export const connectionCommands: readonly Command[] = [
  command('ping', -1, 'control', ({ session }, [, message, ...rest]) => {
    if (rest.length > 0) throw errors.arity('ping');
    if (session.version === 2 && session.subscriptionCount > 0) return ['pong', message ?? ''];
    return message ?? new Status('PONG');
  }),
  command('echo', 2, 'control', (_, [, message]) => message),
  command('select', 2, 'control', ({ session }, [, index]) => {
    session.database = databaseIndex(index);
    return OK;
  }),
  command(
    'quit',
    -1,
    'control',
    ({ session }) => {
      session.link.send(OK);
      session.link.close();
      return NO_REPLY;
    },
    { noScript: true },
  ),
  command(
    'reset',
    1,
    'control',
    ({ server, session }) => {
      resetSession(server, session);
      return new Status('RESET');
    },
    { noScript: true },
  ),
  command(
    'auth',
    -2,
    'control',
    (_, args) => {
      if (args.length > 3) throw errors.syntax();
      if (args.length === 3) return checkUser(args[1]);
      throw new CommandError(
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      );
    },
    { noScript: true },
  ),
  command('hello', -1, 'control', hello, { noScript: true }),
];

/** What RESET does, and what the end of a connection does: forget every state that the session had. */
export function resetSession(server: ServerState, session: Session): void {
  session.transaction = undefined;
  session.database = 0;
  session.version = 2;
  session.name = '';
  server.watches.unwatch(session);
  server.pubSub.unsubscribeAll(session);
  server.monitors.delete(session);
}

/** There is one user, `default`, and any password is good for it, as in a Redis that was given none. */
function checkUser(user: string): Reply {
  if (user === 'default') return OK;
  throw new CommandError('WRONGPASS invalid username-password pair or user is disabled.');
}

function hello({ session }: Call, args: readonly [string, ...string[]]): Reply {
  const options = new OptionReader(args, 1);
  let version: number = session.version;
  if (!options.atEnd()) {
    version = parseInteger(
      options.word(),
      () => new CommandError('ERR Protocol version is not an integer or out of range'),
    );
    if (version !== 2 && version !== 3) throw new CommandError('NOPROTO unsupported protocol version');
  }
  let name: string | undefined;
  while (!options.atEnd()) {
    if (options.take('AUTH')) checkUser(options.words(2)[0] ?? '');
    else if (options.take('SETNAME')) name = options.word();
    else throw new CommandError(`ERR Syntax error in HELLO option '${options.word()}'`);
  }
  if (name !== undefined) session.name = name;
  session.version = version === 3 ? 3 : 2;
  return new MapReply([
    ...['server', 'redis', 'version', REDIS_VERSION, 'proto', session.version, 'id', session.id],
    ...['mode', 'standalone', 'role', 'master', 'modules', []],
  ]);
}
