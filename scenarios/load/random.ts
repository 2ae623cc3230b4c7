/** A source of chance that gives the same sequence for the same seed. */
export interface Random {
  /** The next number in [0, 1). */
  next(): number;
  /** The next whole number in [0, below). */
  integer(below: number): number;
}

/** Mulberry32 (Tommy Ettinger, 2017): 32 bits of state, good enough to choose requests, and the same on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, integer: (below) => Math.floor(next() * below) };
}

/** Yields every item once in a random order, then again in another: no item is left out for long. */
export function* shuffledForever<T>(items: readonly T[], random: Random): Generator<T, never> {
  if (items.length === 0) throw new RangeError('Expected at least one item to choose from, got none.');
  for (;;) {
    const deck = [...items];
    while (deck.length > 0) yield* deck.splice(random.integer(deck.length), 1);
  }
}
