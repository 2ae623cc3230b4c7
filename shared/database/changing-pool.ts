/** The pool of connections to MongoDB. */
export interface PoolSettings {
  /** How many connections operations may use at once. */
  readonly maxSize: number;
  /** How long an operation may wait for one, ms; 0 for ever. */
  readonly waitMs: number;
}

/**
 * The driver's own size, and a bound to the wait, which the driver does not have: who has waited this long for a connection waits
 * for an answer that nobody expects any more.
 */
export const DEFAULT_POOL: PoolSettings = { maxSize: 100, waitMs: 5000 };

/** A pool that a lab may change while the service runs. */
export interface ChangingPool {
  settings(): PoolSettings;
  onChange(listener: () => Promise<void>): void;
}

/**
 * The driver takes the size of its pool once, so a change reconnects: what is under way fails, and for a moment the service is not ready.
 * @param reopen closes the connection and opens it with the present settings, however long that takes
 */
export function reopenOnChange(pool: ChangingPool, reopen: () => Promise<void>): void {
  let present = pool.settings();
  let turn = Promise.resolve();
  pool.onChange(() => {
    const wanted = pool.settings();
    if (wanted.maxSize === present.maxSize && wanted.waitMs === present.waitMs) return turn;
    present = wanted;
    turn = reopen();
    return turn;
  });
}
