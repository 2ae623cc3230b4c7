/**
 * Remembers how something that a service has opened is closed.
 * @returns the thing itself, so that opening and remembering are one line
 */
export type Opened = <T>(thing: T, close: (thing: T) => unknown) => T;

/** What a service has opened. */
export interface OpenedThings {
  readonly opened: Opened;
  /**
   * Closes all, the last one first: what was opened later may need what was opened before it. One that fails does not keep the
   * others open.
   * @throws the first failure, when all have been tried
   */
  close(): Promise<void>;
}

/** Nothing is open yet. */
export function rememberOpened(): OpenedThings {
  const closers: (() => unknown)[] = [];
  return {
    opened(thing, close) {
      closers.push(() => close(thing));
      return thing;
    },
    async close() {
      const failures: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
