import { CommandError } from '../resp/command-error.js';
import { ErrorReply } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { bitLibrary } from './bit-library.js';
import { cjsonLibrary } from './cjson.js';
import { loadFengari, toLua } from './fengari.js';
import type { Fengari, LuaFunction, LuaState } from './fengari.js';
import { fieldText, pushArray, pushText, textAt, toReply } from './lua-values.js';
import { PRELUDE } from './prelude.js';
import { Random48 } from './random-48.js';
import { REDIS_CONSTANTS, redisLibrary, sha1 } from './redis-library.js';
import type { ScriptHost } from './redis-library.js';

const CHUNK_NAME = toLua('@user_script');
const INSTRUCTIONS_PER_CHECK = 1_000_000;

/** How long a script may run. Redis would go on and answer BUSY to others; one thread of JavaScript cannot, so it stops the script. */
const TIME_LIMIT_MS = 5000;

interface CompiledScript {
  readonly body: string;
  /** Where the registry keeps the compiled function. */
  readonly reference: number;
}

/** One Lua state for all scripts, and the compiled scripts by the SHA-1 of their text. */
export class ScriptEngine {
  readonly #fengari: Fengari;
  readonly #L: LuaState;
  readonly #scripts = new Map<string, CompiledScript>();
  readonly #shaOf = new Map<string, string>();
  readonly #random = new Random48();
  readonly #references: { readonly environment: number; readonly globals: number; readonly handler: number };
  #host: ScriptHost | undefined;
  #deadline = 0;

  constructor() {
    this.#fengari = loadFengari();
    const { lua, lauxlib, lualib } = this.#fengari;
    this.#L = lauxlib.luaL_newstate();
    lualib.luaL_openlibs(this.#L);
    this.#references = this.#setUp();
    lua.lua_sethook(this.#L, () => this.#checkTime(), lua.LUA_MASKCOUNT, INSTRUCTIONS_PER_CHECK);
  }

  /** Compiles the script unless it is known, and returns its SHA-1. Throws the compiler's complaint as a CommandError. */
  load(body: string): string {
    const known = this.#shaOf.get(body);
    if (known !== undefined) return known;
    const { lua, lauxlib } = this.#fengari;
    const sha = sha1(body);
    const code = toLua(body);
    if (lauxlib.luaL_loadbuffer(this.#L, code, code.length, CHUNK_NAME) !== lua.LUA_OK) {
      const message = textAt(this.#fengari, this.#L, -1);
      lua.lua_settop(this.#L, 0);
      throw new CommandError(
        `ERR Error compiling script (new function): ${message.replace(/ near <eof>$/, " near '<eof>'")}`,
      );
    }
    lua.lua_rawgeti(this.#L, lua.LUA_REGISTRYINDEX, this.#references.environment);
    lua.lua_setupvalue(this.#L, -2, 1);
    this.#scripts.set(sha, { body, reference: lauxlib.luaL_ref(this.#L, lua.LUA_REGISTRYINDEX) });
    this.#shaOf.set(body, sha);
    return sha;
  }

  has(sha: string): boolean {
    return this.#scripts.has(sha.toLowerCase());
  }

  get size(): number {
    return this.#scripts.size;
  }

  flush(): void {
    const { lua, lauxlib } = this.#fengari;
    for (const { reference } of this.#scripts.values()) lauxlib.luaL_unref(this.#L, lua.LUA_REGISTRYINDEX, reference);
    this.#scripts.clear();
    this.#shaOf.clear();
  }

  /** Runs a loaded script to its end; what goes wrong in it comes back as an error reply. */
  run(sha: string, keys: readonly string[], argv: readonly string[], host: ScriptHost): Reply {
    const script = this.#scripts.get(sha);
    if (!script) throw new CommandError('NOSCRIPT No matching script. Please use EVAL.');
    const { lua } = this.#fengari;
    const L = this.#L;
    this.#host = host;
    this.#deadline = performance.now() + TIME_LIMIT_MS;
    try {
      lua.lua_rawgeti(L, lua.LUA_REGISTRYINDEX, this.#references.globals);
      pushArray(this.#fengari, L, keys);
      lua.lua_setfield(L, 1, toLua('KEYS'));
      pushArray(this.#fengari, L, argv);
      lua.lua_setfield(L, 1, toLua('ARGV'));
      lua.lua_rawgeti(L, lua.LUA_REGISTRYINDEX, this.#references.handler);
      lua.lua_rawgeti(L, lua.LUA_REGISTRYINDEX, script.reference);
      const status = lua.lua_pcall(L, 0, 1, 2);
      return status === lua.LUA_OK ? toReply(this.#fengari, L, -1) : this.#failure(sha);
    } finally {
      lua.lua_settop(L, 0);
      this.#host = undefined;
    }
  }

  #failure(sha: string): ErrorReply {
    const { lua } = this.#fengari;
    if (lua.lua_type(this.#L, -1) !== lua.LUA_TTABLE) {
      return new ErrorReply(`ERR ${textAt(this.#fengari, this.#L, -1)} script: ${sha}`);
    }
    const table = lua.lua_gettop(this.#L);
    const message = fieldText(this.#fengari, this.#L, table, 'err') ?? 'ERR unknown error';
    const source = fieldText(this.#fengari, this.#L, table, 'source');
    const line = fieldText(this.#fengari, this.#L, table, 'line');
    const where = source === undefined ? '' : `, on ${source}:${line ?? '?'}.`;
    return new ErrorReply(`${inLua51(message)} script: ${sha}${where}`);
  }

  #checkTime(): void {
    if (performance.now() < this.#deadline) return;
    pushText(this.#fengari, this.#L, `the script ran for more than ${TIME_LIMIT_MS} ms and was stopped`);
    this.#fengari.lua.lua_error(this.#L);
  }

  #setUp(): { environment: number; globals: number; handler: number } {
    const { lua, lauxlib } = this.#fengari;
    const L = this.#L;
    const host: ScriptHost = {
      call: (args) => (this.#host ? this.#host.call(args) : new ErrorReply('ERR no script is running')),
      log: (level, message) => this.#host?.log(level, message),
    };
    const cjson = cjsonLibrary(this.#fengari);
    this.#pushLibrary(redisLibrary(this.#fengari, host));
    for (const [name, value] of Object.entries(REDIS_CONSTANTS)) {
      lua.lua_pushnumber(L, value);
      lua.lua_setfield(L, -2, toLua(name));
    }
    lua.lua_setglobal(L, toLua('redis'));
    this.#pushLibrary(cjson.functions);
    cjson.pushNull(L);
    lua.lua_setfield(L, -2, toLua('null'));
    lua.lua_setglobal(L, toLua('cjson'));
    this.#pushLibrary(bitLibrary(this.#fengari));
    lua.lua_setglobal(L, toLua('bit'));
    this.#pushLibrary(this.#nativeFunctions());
    lua.lua_setglobal(L, toLua('native'));
    const code = toLua(PRELUDE);
    const failed = lauxlib.luaL_loadbuffer(L, code, code.length, toLua('=prelude')) || lua.lua_pcall(L, 0, 3, 0);
    if (failed) throw new Error(`expected the Lua prelude to run, got: ${textAt(this.#fengari, L, -1)}`);
    const handler = lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX);
    const globals = lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX);
    const environment = lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX);
    lua.lua_settop(L, 0);
    return { environment, globals, handler };
  }

  /** What the prelude needs and plain Lua 5.3 lacks. */
  #nativeFunctions(): Readonly<Record<string, LuaFunction>> {
    const { lua } = this.#fengari;
    return {
      truncate: (L) => {
        lua.lua_pushnumber(L, Math.trunc(lua.lua_tonumber(L, 1)));
        return 1;
      },
      randomseed: (L) => {
        this.#random.seed(lua.lua_tonumber(L, 1));
        return 0;
      },
      random: (L) => {
        const bounds = lua.lua_gettop(L);
        const value = this.#random.next();
        const low = bounds > 1 ? lua.lua_tonumber(L, 1) : 1;
        const high = lua.lua_tonumber(L, bounds > 1 ? 2 : 1);
        lua.lua_pushnumber(L, bounds === 0 ? value : Math.floor(value * (high - low + 1)) + low);
        return 1;
      },
    };
  }

  #pushLibrary(functions: Readonly<Record<string, LuaFunction>>): void {
    const { lua } = this.#fengari;
    lua.lua_createtable(this.#L, 0, Object.keys(functions).length);
    for (const [name, fn] of Object.entries(functions)) {
      lua.lua_pushjsfunction(this.#L, fn);
      lua.lua_setfield(this.#L, -2, toLua(name));
    }
  }
}

/** Lua 5.3 names the variable after the value, 5.1 before it. */
function inLua51(message: string): string {
  return message.replace(
    /attempt to (\w+) a (\w+) value \((local|global|field|upvalue|method) '([^']*)'\)/,
    "attempt to $1 $3 '$4' (a $2 value)",
  );
}
