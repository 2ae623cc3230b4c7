/** How much of the gateway one upstream may take. */
export interface BulkheadSettings {
  readonly enabled: boolean;
  /** Calls at the same time. */
  readonly maxConcurrent: number;
  /** Calls that may wait for a place; further ones are refused at once. */
  readonly maxQueue: number;
}

/** Thrown instead of calling, when all places are taken and the queue is full. */
export class BulkheadFullError extends Error {
  override readonly name = 'BulkheadFullError';
  /** Whose it is. */
  readonly bulkhead: string;

  constructor(name: string) {
    super(`The bulkhead of ${name} is full.`);
    this.bulkhead = name;
  }
}

/** What the metrics see of a bulkhead. */
export interface BulkheadSnapshot {
  readonly inUse: number;
  readonly queued: number;
  /** Calls refused since the start. */
  readonly refused: number;
}

/**
 * Keeps one slow upstream from taking all connections and memory of the gateway, as the bulkheads of a ship keep one leak from
 * sinking it.
 */
export interface Bulkhead {
  /**
   * Takes a place, waiting for one if need be.
   * @returns gives the place back
   * @throws BulkheadFullError when there is no room to wait, or no place became free within `patienceMs`
   */
  enter(patienceMs: number): Promise<() => void>;
  snapshot(): BulkheadSnapshot;
}

interface Waiting {
  readonly admit: () => void;
}

/** @param settings asked at each call, so that a change takes effect at once */
export function createBulkhead(name: string, settings: () => BulkheadSettings): Bulkhead {
  const queue = new Set<Waiting>();
  let inUse = 0;
  let refused = 0;

  function leave(): void {
    inUse -= 1;
    for (const next of queue) {
      if (inUse >= settings().maxConcurrent) return;
      queue.delete(next);
      next.admit();
    }
  }

  function take(): () => void {
    inUse += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave();
    };
  }

  function refuse(): BulkheadFullError {
    refused += 1;
    return new BulkheadFullError(name);
  }

  function wait(patienceMs: number): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        admit: () => {
          clearTimeout(timer);
          resolve(take());
        },
      };
      const timer = setTimeout(() => {
        queue.delete(waiting);
        reject(refuse());
      }, patienceMs);
      queue.add(waiting);
    });
  }

  return {
    async enter(patienceMs) {
      const { enabled, maxConcurrent, maxQueue } = settings();
      if (!enabled || inUse < maxConcurrent) return take();
      if (queue.size >= maxQueue) throw refuse();
      return wait(patienceMs);
    },
    snapshot: () => ({ inUse, queued: queue.size, refused }),
  };
}
