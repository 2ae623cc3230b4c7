import type { Fengari, LuaFunction, LuaState } from './fengari.js';
import { pushText } from './lua-values.js';

/** LuaJIT's `bit` module: 32-bit signed results. */
export function bitLibrary(fengari: Fengari): Readonly<Record<string, LuaFunction>> {
  const { lua } = fengari;
  const read = (L: LuaState, index: number) => toInt32(lua.lua_tonumber(L, index));
  const unary =
    (operation: (a: number) => number): LuaFunction =>
    (L) =>
      answer(L, operation(read(L, 1)));
  const shift =
    (operation: (a: number, by: number) => number): LuaFunction =>
    (L) =>
      answer(L, operation(read(L, 1), read(L, 2) & 31));
  const fold =
    (operation: (a: number, b: number) => number): LuaFunction =>
    (L) => {
      let result = read(L, 1);
      for (let index = 2; index <= lua.lua_gettop(L); index += 1) result = operation(result, read(L, index));
      return answer(L, result);
    };
  const answer = (L: LuaState, value: number) => {
    lua.lua_pushnumber(L, value | 0);
    return 1;
  };
  return {
    tobit: unary((a) => a),
    bnot: unary((a) => ~a),
    bswap: unary((a) => Buffer.from(Int32Array.of(a).buffer).swap32().readInt32LE()),
    band: fold((a, b) => a & b),
    bor: fold((a, b) => a | b),
    bxor: fold((a, b) => a ^ b),
    lshift: shift((a, by) => a << by),
    rshift: shift((a, by) => a >>> by),
    arshift: shift((a, by) => a >> by),
    rol: shift((a, by) => (a << by) | (a >>> ((32 - by) & 31))),
    ror: shift((a, by) => (a >>> by) | (a << ((32 - by) & 31))),
    tohex: (L) => {
      const digits = lua.lua_gettop(L) > 1 ? read(L, 2) : 8;
      const text = (read(L, 1) >>> 0)
        .toString(16)
        .padStart(8, '0')
        .slice(-Math.min(8, Math.abs(digits)));
      pushText(fengari, L, digits < 0 ? text.toUpperCase() : text);
      return 1;
    },
  };
}

/** Rounds and wraps any double to 32 bits, as the module does. */
function toInt32(value: number): number {
  return Number.isFinite(value) ? Number(BigInt.asIntN(32, BigInt(Math.round(value)))) : 0;
}
