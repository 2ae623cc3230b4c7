/** Retries that may be saved up for later. A service that restarts needs some at once; thousands would keep it down. */
const CAPACITY = 10;

/**
 * Bounds retries to a share of the requests: each request pays in `percent` of a retry, each retry takes out a whole one. When
 * everything fails, the load on the upstream grows by that share and not by the number of retries.
 */
export interface RetryBudget {
  /** Pays in for a request. */
  deposit(percent: number): void;
  /** Takes out a retry; false when there is none left. */
  withdraw(): boolean;
  /** Retries since the start: made, and not made because the budget was spent. */
  snapshot(): { readonly made: number; readonly refused: number };
}

/** Creates a full budget. */
export function createRetryBudget(): RetryBudget {
  // In hundredths of a retry: sums of fractions would drift.
  let hundredths = CAPACITY * 100;
  let made = 0;
  let refused = 0;
  return {
    deposit(percent) {
      hundredths = Math.min(CAPACITY * 100, hundredths + percent);
    },
    withdraw() {
      if (hundredths < 100) {
        refused += 1;
        return false;
      }
      hundredths -= 100;
      made += 1;
      return true;
    },
    snapshot: () => ({ made, refused }),
  };
}
