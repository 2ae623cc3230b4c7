const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** The generator behind math.random in Redis: the same numbers in each new server, until a script seeds it. */
export class Random48 {
  #state = 0x1234abcd330en;

  seed(value: number): void {
    this.#state = (BigInt.asUintN(32, BigInt(Math.trunc(value))) << 16n) | 0x330en;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) & MASK;
    return (Number(this.#state >> 17n) % 0x7fffffff) / 0x7fffffff;
  }
}
