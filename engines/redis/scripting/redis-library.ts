import { createHash } from 'node:crypto';
import { REDIS_VERSION } from '../redis-version.js';
import { ErrorReply } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import type { Fengari, LuaFunction, LuaState } from './fengari.js';
import { pushField, pushReply, pushText, textAt } from './lua-values.js';

/** What `redis.*` in a script may do outside Lua. */
export interface ScriptHost {
  /** Runs a command as the client that runs the script; errors come back as replies. */
  call(args: readonly string[]): Reply;
  log(level: number, message: string): void;
}

/** The constants of the `redis` table that scripts use. */
export const REDIS_CONSTANTS: Readonly<Record<string, number>> = {
  LOG_DEBUG: 0,
  LOG_VERBOSE: 1,
  LOG_NOTICE: 2,
  LOG_WARNING: 3,
  REPL_NONE: 0,
  REPL_AOF: 1,
  REPL_SLAVE: 2,
  REPL_REPLICA: 2,
  REPL_ALL: 3,
  REDIS_VERSION_NUM: REDIS_VERSION.split('.').reduce((number, part) => number * 256 + Number(part), 0),
};

/** The functions of the `redis` table. */
export function redisLibrary(fengari: Fengari, host: ScriptHost): Readonly<Record<string, LuaFunction>> {
  const { lua } = fengari;
  const call = (L: LuaState): Reply => {
    const args = readArguments(fengari, L);
    return args instanceof ErrorReply ? args : host.call(args);
  };
  return {
    call: (L) => {
      const reply = call(L);
      pushReply(fengari, L, reply);
      return reply instanceof ErrorReply ? lua.lua_error(L) : 1;
    },
    pcall: (L) => {
      pushReply(fengari, L, call(L));
      return 1;
    },
    error_reply: (L) => {
      const message = textAt(fengari, L, 1);
      pushField(fengari, L, 'err', withCode(message.replace(/^-/, '')));
      return 1;
    },
    status_reply: (L) => {
      pushField(fengari, L, 'ok', textAt(fengari, L, 1));
      return 1;
    },
    sha1hex: (L) => {
      pushText(fengari, L, sha1(textAt(fengari, L, 1)));
      return 1;
    },
    log: (L) => {
      const words = Array.from({ length: Math.max(0, lua.lua_gettop(L) - 1) }, (_, index) =>
        textAt(fengari, L, index + 2),
      );
      host.log(lua.lua_tonumber(L, 1), words.join(' '));
      return 0;
    },
    setresp: (L) => {
      if (lua.lua_tonumber(L, 1) === 2) return 0;
      pushField(fengari, L, 'err', 'ERR RESP version must be 2: this server gives scripts no RESP3 types.');
      return lua.lua_error(L);
    },
    // A single server has nothing to replicate: always allowed, never of consequence.
    replicate_commands: (L) => {
      lua.lua_pushboolean(L, true);
      return 1;
    },
    set_repl: () => 0,
  };
}

export function sha1(text: string): string {
  return createHash('sha1').update(text, 'latin1').digest('hex');
}

/** A message of one word is taken for one without an error code. */
function withCode(message: string): string {
  return message.includes(' ') ? message : `ERR ${message}`;
}

function readArguments(fengari: Fengari, L: LuaState): string[] | ErrorReply {
  const { lua } = fengari;
  const count = lua.lua_gettop(L);
  if (count === 0) return new ErrorReply('ERR Please specify at least one argument for this redis lib call');
  const args: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    const type = lua.lua_type(L, index);
    if (type === lua.LUA_TNUMBER) args.push(numberArgument(lua.lua_tonumber(L, index)));
    else if (type === lua.LUA_TSTRING) args.push(textAt(fengari, L, index));
    else return new ErrorReply('ERR Lua redis lib command arguments must be strings or integers');
  }
  return args;
}

/** Redis prints a number argument with 17 significant digits (`%.17g`). */
function numberArgument(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  return value
    .toPrecision(17)
    .replace(/(\.\d*?)0+(e|$)/, '$1$2')
    .replace(/\.(e|$)/, '$1');
}
