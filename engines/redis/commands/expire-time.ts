import { errors } from '../resp/command-error.js';
import { parseInteger } from './parse-numbers.js';

/** The options that say when a value expires. */
export type ExpireUnit = 'EX' | 'PX' | 'EXAT' | 'PXAT';

const LATEST = Number.MAX_SAFE_INTEGER;

export function isExpireUnit(option: string): option is ExpireUnit {
  return option === 'EX' || option === 'PX' || option === 'EXAT' || option === 'PXAT';
}

/** Unix ms of an expiry option. A value that is not above zero is an error, as in SET and GETEX. */
export function parseExpireOption(command: string, unit: ExpireUnit, text: string, now: number): number {
  if (parseInteger(text) <= 0) throw errors.invalidExpire(command);
  return parseExpireTime(command, unit, text, now);
}

/** Unix ms of a time that may be in the past, as in EXPIRE. */
export function parseExpireTime(command: string, unit: ExpireUnit, text: string, now: number): number {
  const value = parseInteger(text);
  const milliseconds = unit === 'EX' || unit === 'EXAT' ? value * 1000 : value;
  const at = unit === 'EX' || unit === 'PX' ? now + milliseconds : milliseconds;
  if (Math.abs(milliseconds) > LATEST || at > LATEST) throw errors.invalidExpire(command);
  return at;
}
