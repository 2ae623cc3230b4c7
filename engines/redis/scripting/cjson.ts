import type { Fengari, LuaFunction, LuaState } from './fengari.js';
import { formatNumber } from './fengari.js';
import { pushText, textAt } from './lua-values.js';

const MAX_DEPTH = 1000;
/** JSON's null in Lua: a light userdata, as in lua-cjson. */
const NULL = Symbol('cjson.null');

/** cjson.encode and cjson.decode, with the rules of lua-cjson: an empty table is an object, null is cjson.null. */
export function cjsonLibrary(fengari: Fengari): {
  readonly functions: Readonly<Record<string, LuaFunction>>;
  pushNull(L: LuaState): void;
} {
  const { lua } = fengari;
  const pushNull = (L: LuaState) => lua.lua_pushlightuserdata(L, NULL);
  return {
    pushNull,
    functions: {
      encode: (L) => {
        const text = encode(fengari, L, 1, 0);
        pushText(fengari, L, text);
        return 1;
      },
      decode: (L) => {
        const text = Buffer.from(textAt(fengari, L, 1), 'latin1').toString('utf8');
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch (cause) {
          return fail(
            fengari,
            L,
            `Expected value but found invalid token (${cause instanceof Error ? cause.message : String(cause)})`,
          );
        }
        pushJson(fengari, L, value, pushNull, 0);
        return 1;
      },
    },
  };
}

function encode(fengari: Fengari, L: LuaState, index: number, depth: number): string {
  const { lua, lauxlib } = fengari;
  if (depth > MAX_DEPTH) return fail(fengari, L, `Cannot serialise, excessive depth (${depth})`);
  lauxlib.luaL_checkstack(L, 6, Buffer.from('JSON is nested too deeply'));
  const type = lua.lua_type(L, index);
  switch (type) {
    case lua.LUA_TNIL:
      return 'null';
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, index) ? 'true' : 'false';
    case lua.LUA_TNUMBER: {
      const number = lua.lua_tonumber(L, index);
      return Number.isFinite(number)
        ? formatNumber(number)
        : fail(fengari, L, 'Cannot serialise number: must not be NaN or Inf');
    }
    case lua.LUA_TSTRING:
      return quote(textAt(fengari, L, index));
    case lua.LUA_TTABLE:
      return encodeTable(fengari, L, lua.lua_absindex(L, index), depth);
    default:
      if (lua.lua_touserdata(L, index) === NULL) return 'null';
      return fail(fengari, L, 'Cannot serialise function: type not supported');
  }
}

function encodeTable(fengari: Fengari, L: LuaState, table: number, depth: number): string {
  const { lua } = fengari;
  const fields: string[] = [];
  const items: string[] = [];
  let largest = 0;
  let count = 0;
  lua.lua_pushnil(L);
  while (lua.lua_next(L, table)) {
    const value = encode(fengari, L, -1, depth + 1);
    lua.lua_pop(L, 1);
    count += 1;
    const isNumber = lua.lua_type(L, -1) === lua.LUA_TNUMBER;
    const number = isNumber ? lua.lua_tonumber(L, -1) : 0;
    if (Number.isInteger(number) && number >= 1) {
      items[number - 1] = value;
      largest = Math.max(largest, number);
    }
    if (!isNumber && lua.lua_type(L, -1) !== lua.LUA_TSTRING)
      return fail(fengari, L, 'Cannot serialise table: table key must be a number or string');
    fields.push(`${quote(isNumber ? formatNumber(number) : textAt(fengari, L, -1))}:${value}`);
  }
  const isArray = largest > 0 && Object.keys(items).length === count;
  if (!isArray) return `{${fields.join(',')}}`;
  if (largest > 10 && largest > count * 2) return fail(fengari, L, 'Cannot serialise table: excessively sparse array');
  return `[${Array.from({ length: largest }, (_, position) => items[position] ?? 'null').join(',')}]`;
}

function pushJson(fengari: Fengari, L: LuaState, value: unknown, pushNull: (L: LuaState) => void, depth: number): void {
  const { lua, lauxlib } = fengari;
  if (depth > MAX_DEPTH) fail(fengari, L, `Found too many nested data structures (${depth})`);
  lauxlib.luaL_checkstack(L, 6, Buffer.from('JSON is nested too deeply'));
  if (value === null) pushNull(L);
  else if (typeof value === 'string') pushText(fengari, L, toBytes(value));
  else if (typeof value === 'number') lua.lua_pushnumber(L, value);
  else if (typeof value === 'boolean') lua.lua_pushboolean(L, value);
  else if (Array.isArray(value)) {
    lua.lua_createtable(L, value.length, 0);
    for (const [position, item] of value.entries()) {
      pushJson(fengari, L, item, pushNull, depth + 1);
      lua.lua_rawseti(L, -2, position + 1);
    }
  } else if (typeof value === 'object') {
    lua.lua_createtable(L, 0, Object.keys(value).length);
    for (const [name, item] of Object.entries(value)) {
      pushJson(fengari, L, item, pushNull, depth + 1);
      lua.lua_setfield(L, -2, Buffer.from(name, 'utf8'));
    }
  }
}

/** Bytes above 127 go through as they are: Lua's strings are already UTF-8. */
function quote(bytes: string): string {
  return JSON.stringify(bytes).replaceAll('/', '\\/').replaceAll('\x7f', '\\u007f');
}

function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function fail(fengari: Fengari, L: LuaState, message: string): never {
  return fengari.lauxlib.luaL_error(L, Buffer.from(message.replaceAll('%', '%%')));
}
