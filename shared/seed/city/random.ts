import { createHash } from 'node:crypto';

/** A stream of numbers that follows from a seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Several different ones, in random order; all of them if there are not more. */
  sample<T>(list: readonly T[], count: number): readonly T[];
  /** Normally distributed around 0 with deviation 1 (Box and Muller, 1958). */
  gaussian(): number;
}

/** A stream for one purpose of a seed: more restaurants do not change the drivers. The generator is mulberry32 by T. Ettinger. */
export function createRandom(seed: number, purpose: string): Random {
  let state = createHash('sha256').update(`quickbite/${seed}/${purpose}`).digest().readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    between,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    sample(list, count) {
      const rest = [...list];
      return Array.from({ length: Math.min(count, rest.length) }, () =>
        rest.splice(between(0, rest.length - 1), 1),
      ).flat();
    },
    gaussian: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Seconds since 1970 that the ids of a city carry: 2026-01-01. */
const ID_TIME_S = 1_767_225_600;

/** The id of the n-th thing of a kind: every service derives the same one, so that they agree without talking. */
export function seededId(seed: number, kind: string, n: number): string {
  const time = ID_TIME_S.toString(16).padStart(8, '0');
  return time + createHash('sha256').update(`quickbite/${seed}/${kind}/${n}`).digest('hex').slice(0, 16);
}

/** When the city was founded: what its ids say. */
export const FOUNDED_AT = new Date(ID_TIME_S * 1000);
