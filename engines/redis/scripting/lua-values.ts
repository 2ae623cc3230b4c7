import { CommandError } from '../resp/command-error.js';
import { Double, ErrorReply, MapReply, Push, SetReply, Status } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { formatDouble } from '../resp/number-format.js';
import { fromLua, toLua } from './fengari.js';
import type { Fengari, LuaState } from './fengari.js';

/** How deep the tables that a script returns may be nested: one that contains itself has no end. */
const MAX_DEPTH = 1000;

const OK_FIELD = toLua('ok');
const ERR_FIELD = toLua('err');
const STACK_MESSAGE = toLua('reply is nested too deeply');

/** Pushes the text on the Lua stack. */
export function pushText({ lua }: Fengari, L: LuaState, text: string): void {
  lua.lua_pushstring(L, toLua(text));
}

/** Pushes `{ok = text}` or `{err = text}`. */
export function pushField({ lua }: Fengari, L: LuaState, field: 'ok' | 'err', text: string): void {
  lua.lua_createtable(L, 0, 1);
  lua.lua_pushstring(L, toLua(text));
  lua.lua_setfield(L, -2, field === 'ok' ? OK_FIELD : ERR_FIELD);
}

/** Pushes what redis.call returns for a reply: nil becomes false, integers numbers, statuses and errors tables. */
export function pushReply(fengari: Fengari, L: LuaState, reply: Reply): void {
  const { lua } = fengari;
  if (typeof reply === 'string') pushText(fengari, L, reply);
  else if (typeof reply === 'number' || typeof reply === 'bigint') lua.lua_pushnumber(L, Number(reply));
  else if (typeof reply === 'boolean') lua.lua_pushboolean(L, reply);
  else if (reply === null || typeof reply === 'symbol') lua.lua_pushboolean(L, false);
  else if (reply instanceof Status) pushField(fengari, L, 'ok', reply.text);
  else if (reply instanceof ErrorReply) pushField(fengari, L, 'err', reply.text);
  else if (reply instanceof Double) pushText(fengari, L, formatDouble(reply.value));
  else if (reply instanceof MapReply) pushArray(fengari, L, reply.flat);
  else if (reply instanceof SetReply) pushArray(fengari, L, reply.members);
  else if (reply instanceof Push) pushArray(fengari, L, reply.items);
  else pushArray(fengari, L, reply);
}

export function pushArray(fengari: Fengari, L: LuaState, items: readonly Reply[]): void {
  const { lua, lauxlib } = fengari;
  lauxlib.luaL_checkstack(L, 4, STACK_MESSAGE);
  lua.lua_createtable(L, items.length, 0);
  for (const [index, item] of items.entries()) {
    pushReply(fengari, L, item);
    lua.lua_rawseti(L, -2, index + 1);
  }
}

/** The reply for a value that a script returns. Numbers lose their fraction; an array ends at its first nil. */
export function toReply(fengari: Fengari, L: LuaState, index: number, depth = 0): Reply {
  const { lua, lauxlib } = fengari;
  switch (lua.lua_type(L, index)) {
    case lua.LUA_TSTRING:
      return textAt(fengari, L, index);
    case lua.LUA_TNUMBER:
      return truncated(lua.lua_tonumber(L, index));
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, index) ? 1 : null;
    case lua.LUA_TTABLE: {
      lauxlib.luaL_checkstack(L, 4, STACK_MESSAGE);
      if (depth === MAX_DEPTH) throw new CommandError('ERR reached lua stack limit');
      const table = lua.lua_absindex(L, index);
      const error = fieldText(fengari, L, table, 'err');
      if (error !== undefined) return new ErrorReply(error);
      const status = fieldText(fengari, L, table, 'ok');
      return status === undefined ? toArray(fengari, L, table, depth) : new Status(status.replace(/[\r\n]/g, ' '));
    }
    default:
      return null;
  }
}

/** A text field of a table, undefined when it is something else. */
export function fieldText(fengari: Fengari, L: LuaState, table: number, field: string): string | undefined {
  const { lua } = fengari;
  const type = lua.lua_getfield(L, table, toLua(field));
  const text = type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER ? textAt(fengari, L, -1) : undefined;
  lua.lua_pop(L, 1);
  return text;
}

export function textAt({ lua }: Fengari, L: LuaState, index: number): string {
  const bytes = lua.lua_tolstring(L, index);
  return bytes ? fromLua(bytes) : '';
}

function toArray(fengari: Fengari, L: LuaState, table: number, depth: number): Reply[] {
  const { lua } = fengari;
  const items: Reply[] = [];
  for (;;) {
    const type = lua.lua_rawgeti(L, table, items.length + 1);
    if (type !== lua.LUA_TNIL) items.push(toReply(fengari, L, -1, depth + 1));
    lua.lua_pop(L, 1);
    if (type === lua.LUA_TNIL) return items;
  }
}

function truncated(value: number): number | bigint {
  if (Number.isNaN(value)) return BigInt.asIntN(64, -(2n ** 63n));
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return Math.trunc(value) + 0;
  const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : 2n ** 63n;
  return whole > 2n ** 63n - 1n || whole < -(2n ** 63n) ? -(2n ** 63n) : whole;
}
