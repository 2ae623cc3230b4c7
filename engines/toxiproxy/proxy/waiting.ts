import { LONGEST_WAIT_MS } from '../toxics/toxic-kind.js';

/** Those who wait for something to happen. */
export class Waiting {
  readonly #waiting = new Set<() => void>();

  /**
   * Resolves at the next `wake`, or after so many ms.
   * @param ms undefined: only at the next `wake`
   */
  next(ms?: number): Promise<void> {
    if (ms !== undefined && ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => done(), Math.min(ms, LONGEST_WAIT_MS));
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
    });
  }

  wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
