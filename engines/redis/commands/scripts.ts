import { CommandError } from '../resp/command-error.js';
import { OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import type { ServerState } from '../state/server-state.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { parseInteger } from './parse-numbers.js';

const noScript = { noScript: true };

export const scriptCommands: readonly Command[] = [
  evaluation('eval', { readOnly: false, bySha: false }),
  evaluation('eval_ro', { readOnly: true, bySha: false }),
  evaluation('evalsha', { readOnly: false, bySha: true }),
  evaluation('evalsha_ro', { readOnly: true, bySha: true }),
  command('script|load', 3, 'control', ({ server }, [, , body]) => server.scripts().load(body), noScript),
  command(
    'script|exists',
    -3,
    'control',
    ({ server }, [, , ...shas]) => shas.map((sha) => (server.scripts().has(sha) ? 1 : 0)),
    noScript,
  ),
  command(
    'script|flush',
    -2,
    'control',
    ({ server }, [, , mode, ...rest]) => {
      if (rest.length > 0 || (mode !== undefined && !['SYNC', 'ASYNC'].includes(mode.toUpperCase()))) {
        throw new CommandError('ERR SCRIPT FLUSH only support SYNC|ASYNC option');
      }
      server.scripts().flush();
      return OK;
    },
    noScript,
  ),
  command(
    'script|kill',
    2,
    'control',
    () => {
      throw new CommandError('NOTBUSY No scripts in execution right now.');
    },
    noScript,
  ),
];

function evaluation(
  name: string,
  { readOnly, bySha }: { readonly readOnly: boolean; readonly bySha: boolean },
): Command {
  return command(
    name,
    -3,
    'control',
    (call, [, script, countText, ...words]) => {
      const count = parseInteger(countText);
      if (count > words.length) throw new CommandError("ERR Number of keys can't be greater than number of args");
      if (count < 0) throw new CommandError("ERR Number of keys can't be negative");
      const scripts = call.server.scripts();
      const sha = bySha ? script.toLowerCase() : scripts.load(script);
      return runScript(call, scripts, sha, words.slice(0, count), words.slice(count), readOnly);
    },
    noScript,
  );
}

function runScript(
  { server, session }: Call,
  scripts: ReturnType<ServerState['scripts']>,
  sha: string,
  keys: readonly string[],
  argv: readonly string[],
  readOnly: boolean,
): Reply {
  const selected = session.database;
  try {
    return server.runNested(() =>
      scripts.run(sha, keys, argv, {
        call: (args) => server.runner.runFromScript(session, args, { readOnly }),
        log: (level, message) => server.log(level >= 3 ? 'warn' : 'info', message),
      }),
    );
  } finally {
    // A SELECT in a script is for that script.
    session.database = selected;
  }
}
