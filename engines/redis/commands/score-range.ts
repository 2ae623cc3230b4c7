import type { Scored, SortedSet } from '../keyspace/sorted-set.js';
import { CommandError } from '../resp/command-error.js';
import { parseFloatStrictly, parseInteger } from './parse-numbers.js';

/** Positions in a sorted set: from `start` up to, not including, `end`. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/** Turns the two words of a range into positions in the set. */
export type RangeParser = (set: SortedSet, low: string, high: string) => Slice;

/** Positions, where negative ones count from the highest. */
export const byRank: RangeParser = (set, low, high) => {
  const [start, stop] = [parseInteger(low), parseInteger(high)];
  return {
    start: start < 0 ? Math.max(0, set.size + start) : start,
    end: Math.min(set.size, (stop < 0 ? set.size + stop : stop) + 1),
  };
};

/** Scores, inclusive unless written as `(5`. */
export const byScore: RangeParser = (set, low, high) => {
  const [min, max] = [parseBound(low), parseBound(high)];
  return {
    start: set.firstNot(({ score }) => (min.exclusive ? score <= min.score : score < min.score)),
    end: set.firstNot(({ score }) => (max.exclusive ? score < max.score : score <= max.score)),
  };
};

/** Members by their bytes, `[a` inclusive, `(a` exclusive, `-` and `+` for the ends; for sets whose scores are all equal. */
export const byLex: RangeParser = (set, low, high) => {
  const [min, max] = [parseLexBound(low), parseLexBound(high)];
  return {
    start: set.firstNot((element) => isBelow(element, min, !min.exclusive)),
    end: set.firstNot((element) => isBelow(element, max, max.exclusive)),
  };
};

interface LexBound {
  readonly member: string | typeof LOWEST | typeof HIGHEST;
  readonly exclusive: boolean;
}
const LOWEST = Symbol('-');
const HIGHEST = Symbol('+');

function parseBound(text: string): { score: number; exclusive: boolean } {
  const exclusive = text.startsWith('(');
  const number = exclusive ? text.slice(1) : text;
  // As C reads numbers, no digits at all are zero.
  const score = number === '' ? 0 : parseFloatStrictly(number, () => new CommandError('ERR min or max is not a float'));
  return { score, exclusive };
}

function parseLexBound(text: string): LexBound {
  if (text === '-') return { member: LOWEST, exclusive: false };
  if (text === '+') return { member: HIGHEST, exclusive: false };
  if (text.startsWith('[') || text.startsWith('(')) return { member: text.slice(1), exclusive: text.startsWith('(') };
  throw new CommandError('ERR min or max not valid string range item');
}

function isBelow({ member }: Scored, bound: LexBound, strictly: boolean): boolean {
  if (bound.member === LOWEST) return false;
  if (bound.member === HIGHEST) return true;
  return strictly ? member < bound.member : member <= bound.member;
}
