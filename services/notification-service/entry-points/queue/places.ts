/**
 * Lets so much work go on at once; the rest waits, in the order in which it came.
 * @param limit asked whenever a place may be free; 0: no limit
 */
export function createPlaces(limit: () => number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let taken = 0;

  function admit(): void {
    while (limit() === 0 || taken < limit()) {
      const next = waiting.shift();
      if (!next) return;
      taken += 1;
      next();
    }
  }
  return async (work) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      admit();
    });
    try {
      return await work();
    } finally {
      taken -= 1;
      admit();
    }
  };
}
