import { CommandError } from '../resp/command-error.js';
import { ErrorReply, NULL_ARRAY, OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { ALL_KEYS, command } from './command.js';
import type { Call, Command } from './command.js';

export const transactionCommands: readonly Command[] = [
  command(
    'multi',
    1,
    'control',
    ({ session }) => {
      if (session.transaction) throw new CommandError('ERR MULTI calls can not be nested');
      session.transaction = { queued: [], failed: false, writes: false, grows: false };
      return OK;
    },
    { noScript: true },
  ),
  command('exec', 1, 'control', exec, { noScript: true }),
  command(
    'discard',
    1,
    'control',
    ({ server, session }) => {
      if (!session.transaction) throw new CommandError('ERR DISCARD without MULTI');
      session.transaction = undefined;
      server.watches.unwatch(session);
      return OK;
    },
    { noScript: true },
  ),
  command(
    'watch',
    -2,
    'control',
    ({ server, session, db }, [, ...keys]) => {
      if (session.transaction) throw new CommandError('ERR WATCH inside MULTI is not allowed');
      for (const key of keys) {
        db.peek(key);
        server.watches.watch(session, db.index, key);
      }
      return OK;
    },
    { keys: ALL_KEYS, noScript: true },
  ),
  command(
    'unwatch',
    1,
    'control',
    ({ server, session }) => {
      server.watches.unwatch(session);
      return OK;
    },
    { noScript: true },
  ),
];

function exec({ server, session }: Call): Reply {
  const { transaction } = session;
  if (!transaction) throw new CommandError('ERR EXEC without MULTI');
  server.watches.expireWatched(session, server.databases);
  const broken = session.watchBroken;
  session.transaction = undefined;
  server.watches.unwatch(session);
  if (transaction.failed) return new ErrorReply('EXECABORT Transaction discarded because of previous errors.');
  if (broken) return NULL_ARRAY;
  return server.runNested(() => transaction.queued.map((args) => server.runner.run(session, args)));
}
