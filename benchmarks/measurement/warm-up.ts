/** When a warm-up is over. */
const WARM = { inARow: 2, factor: 1.05, atMost: 12 } as const;

/**
 * Repeats a load until it does not get faster any more: compilers need thousands of passes through code before it is as fast as it gets,
 * and where a pass is long no fixed time is right. It is over when two loads in a row were not faster than the fastest before them by
 * more than 5 %, and after 12 loads whatever they say.
 * @param load makes one load and returns its rate; is told the best rate so far
 * @returns how many loads it took
 */
export async function warmUp(load: (best: number) => Promise<number>): Promise<number> {
  let [best, inARow, loads] = [0, 0, 0];
  while (loads < WARM.atMost && inARow < WARM.inARow) {
    const rate = await load(best);
    loads += 1;
    inARow = rate > best * WARM.factor ? 0 : inARow + 1;
    best = Math.max(best, rate);
  }
  return loads;
}
