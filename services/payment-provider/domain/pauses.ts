/** Pauses that can all be ended at once. */
export interface Pauses {
  /** Ends by itself after `ms`, or earlier with the others; once they were ended, at once. */
  pause(ms: number): Promise<void>;
  end(): void;
}

/** As many as there are: a thousand that listen to one `AbortSignal` would have it look through the thousand at each. */
export function createPauses(): Pauses {
  const waiting = new Set<() => void>();
  let ended = false;
  return {
    pause: (ms) =>
      new Promise<void>((resolve) => {
        if (ended) {
          resolve();
          return;
        }
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
      }),
    end() {
      ended = true;
      for (const wake of [...waiting]) wake();
    },
  };
}
