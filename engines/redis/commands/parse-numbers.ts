import { CommandError, errors } from '../resp/command-error.js';

const INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|0x[\da-f]+|inf(?:inity)?)$/i;
const LARGEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);

/** A count, index or time. Values beyond 2^53 lose their last digits, which no count or time here can tell. */
export function parseInteger(text: string, failure: () => CommandError = errors.notInteger): number {
  if (text.length <= 15 && INTEGER.test(text)) return Number(text);
  return Number(parseInt64(text, failure));
}

/** A count that is zero or more; in Redis's words, anything else is negative. */
export function notNegative(text: string, what: string): number {
  const failure = () => new CommandError(`ERR ${what} can't be negative`);
  const value = parseInteger(text, failure);
  if (value < 0) throw failure();
  return value;
}

/** A stored number, exact in 64 bits. */
export function parseInt64(text: string, failure: () => CommandError = errors.notInteger): bigint {
  if (!INTEGER.test(text)) throw failure();
  const value = BigInt(text);
  if (!fitsInt64(value)) throw failure();
  return value;
}

export function fitsInt64(value: bigint): boolean {
  return value >= SMALLEST && value <= LARGEST;
}

export function parseFloatStrictly(text: string, failure: () => CommandError = errors.notFloat): number {
  if (!FLOAT.test(text)) throw failure();
  const lower = text.toLowerCase();
  if (lower.includes('inf')) return lower.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** Adds with the overflow check of INCRBY and HINCRBY, and gives the text to store. */
export function addInt64(
  current: string,
  increment: string,
  notInteger: () => CommandError = errors.notInteger,
): string {
  if (current.length <= 15 && increment.length <= 15) {
    return String(parseInteger(current, notInteger) + parseInteger(increment));
  }
  const sum = parseInt64(current, notInteger) + parseInt64(increment);
  if (!fitsInt64(sum)) throw errors.overflow();
  return sum.toString();
}

/** The text of an integer as an integer reply. */
export function integerReply(text: string): number | bigint {
  return text.length <= 15 ? Number(text) : BigInt(text);
}
