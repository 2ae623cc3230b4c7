/** Work that is under way, by key, so that nobody starts it twice. */
export interface Flights {
  /** Starts the work, or waits for the same that is under way. */
  join<T>(key: string, start: () => Promise<T>): Promise<{ readonly result: T; readonly joined: boolean }>;
  /** Whoever comes from now on starts anew: what is under way may be based on what has just changed. */
  forgetAll(): void;
}

/** Coalescing in one process, also known as single flight. */
export function createFlights(): Flights {
  const flights = new Map<string, Promise<unknown>>();
  return {
    async join<T>(key: string, start: () => Promise<T>) {
      const present = flights.get(key);
      // A key always stands for the same work, and so for the same type.
      if (present) return { result: (await present) as T, joined: true };
      const flight = start();
      flights.set(key, flight);
      try {
        return { result: await flight, joined: false };
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    },
    forgetAll: () => flights.clear(),
  };
}
