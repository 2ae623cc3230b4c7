/** A share of 0 to below 1; the same seed gives the same sequence. */
export type Dice = () => number;

/** Mulberry32 by Tommy Ettinger: 32 bits of state, enough for an outsider's moods, and repeatable. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  return function roll() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
