import { createRequire } from 'node:module';

/** A Lua state; only fengari looks inside. */
export type LuaState = object & { readonly __brand: 'LuaState' };
export type LuaFunction = (state: LuaState) => number;

/** The part of fengari (which has no types of its own) that the script engine uses. Lua strings are byte arrays. */
export interface Fengari {
  readonly lua: {
    readonly LUA_OK: number;
    readonly LUA_TNIL: number;
    readonly LUA_TBOOLEAN: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    readonly LUA_MASKCOUNT: number;
    readonly LUA_REGISTRYINDEX: number;
    lua_absindex(L: LuaState, index: number): number;
    lua_createtable(L: LuaState, items: number, fields: number): void;
    lua_error(L: LuaState): never;
    lua_getfield(L: LuaState, index: number, name: Uint8Array): number;
    lua_getglobal(L: LuaState, name: Uint8Array): number;
    lua_gettop(L: LuaState): number;
    lua_next(L: LuaState, index: number): number;
    lua_pcall(L: LuaState, args: number, results: number, handler: number): number;
    lua_pop(L: LuaState, count: number): void;
    lua_pushboolean(L: LuaState, value: boolean): void;
    lua_pushjsfunction(L: LuaState, fn: LuaFunction): void;
    lua_pushlightuserdata(L: LuaState, value: unknown): void;
    lua_pushnil(L: LuaState): void;
    lua_pushnumber(L: LuaState, value: number): void;
    lua_pushstring(L: LuaState, value: Uint8Array): void;
    lua_pushvalue(L: LuaState, index: number): void;
    lua_rawequal(L: LuaState, a: number, b: number): number;
    lua_rawgeti(L: LuaState, index: number, key: number): number;
    lua_rawlen(L: LuaState, index: number): number;
    lua_rawseti(L: LuaState, index: number, key: number): void;
    lua_setfield(L: LuaState, index: number, name: Uint8Array): void;
    lua_setglobal(L: LuaState, name: Uint8Array): void;
    lua_sethook(L: LuaState, hook: ((L: LuaState) => void) | null, mask: number, count: number): void;
    lua_settop(L: LuaState, index: number): void;
    lua_setupvalue(L: LuaState, index: number, n: number): Uint8Array | null;
    lua_toboolean(L: LuaState, index: number): boolean;
    lua_tolstring(L: LuaState, index: number): Uint8Array | null;
    lua_tonumber(L: LuaState, index: number): number;
    lua_touserdata(L: LuaState, index: number): unknown;
    lua_type(L: LuaState, index: number): number;
  };
  readonly lauxlib: {
    luaL_checkstack(L: LuaState, extra: number, message: Uint8Array): void;
    luaL_error(L: LuaState, format: Uint8Array): never;
    luaL_loadbuffer(L: LuaState, chunk: Uint8Array, size: number, name: Uint8Array): number;
    luaL_newstate(): LuaState;
    luaL_ref(L: LuaState, table: number): number;
    luaL_unref(L: LuaState, table: number, reference: number): void;
  };
  readonly lualib: { luaL_openlibs(L: LuaState): void };
}

/** A value as fengari's number conversions see it. */
interface LuaValue {
  readonly value: number;
  ttisinteger(): boolean;
  setfltvalue(value: number): void;
  setsvalue(text: object): void;
}

interface LuaObjects {
  luaO_str2num(text: Uint8Array, into: LuaValue): number;
  luaO_tostring(L: LuaState, value: LuaValue): void;
}

interface LuaText {
  luaL_tolstring(L: LuaState, index: number): Uint8Array | null;
}

/**
 * Loads fengari, a Lua 5.3, and gives it the numbers of the Lua 5.1 in Redis: every number is a double. Without that,
 * `1700000000 * 1000` would wrap around (its integers have 32 bits) and `10 / 2` would print as `5.0`.
 * It takes some 30 ms, so the server loads it after it listens.
 */
export function loadFengari(): Fengari {
  const require = createRequire(import.meta.url);
  const lua = require('fengari/src/lua.js') as Fengari['lua'];
  const objects = require('fengari/src/lobject.js') as LuaObjects;
  const strings = require('fengari/src/lstring.js') as { luaS_bless(L: LuaState, text: Uint8Array): object };
  const parse = objects.luaO_str2num.bind(objects);
  objects.luaO_str2num = (text, into) => {
    const length = parse(text, into);
    if (length > 0 && into.ttisinteger()) into.setfltvalue(readWhole(text, into.value));
    return length;
  };
  objects.luaO_tostring = (L, value) => {
    value.setsvalue(strings.luaS_bless(L, toLua(formatNumber(value.value))));
  };
  // The libraries take their copy of this function when they are loaded: replace it before.
  const auxiliary = require('fengari/src/lauxlib.js') as LuaText;
  const describe = auxiliary.luaL_tolstring.bind(auxiliary);
  auxiliary.luaL_tolstring = (L, index) => {
    if (lua.lua_type(L, index) !== lua.LUA_TNUMBER) return describe(L, index);
    lua.lua_pushstring(L, toLua(formatNumber(lua.lua_tonumber(L, index))));
    return lua.lua_tolstring(L, -1);
  };
  return require('fengari') as Fengari;
}

/** Hexadecimal numerals beyond 32 bits were cut by fengari: read them again. */
function readWhole(text: Uint8Array, parsed: number): number {
  const hex = /^\s*(-?)0x([\da-f]+)/i.exec(fromLua(text));
  return hex ? Number(`0x${hex[2] ?? '0'}`) * (hex[1] === '-' ? -1 : 1) : parsed;
}

/** C's `%.14g`, which is how Lua 5.1 writes a number. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e14) return Object.is(value, -0) ? '-0' : String(value);
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits = '', exponent] = value.toExponential(13).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 14) {
    const padded = String(Math.abs(power)).padStart(2, '0');
    return `${withoutZeros(digits)}e${power < 0 ? '-' : '+'}${padded}`;
  }
  return withoutZeros(value.toFixed(Math.max(0, 13 - power)));
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A byte string as Lua holds it. */
export function toLua(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

export function fromLua(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
