/** The last state of an order. */
export const DELIVERED = 'DELIVERED';

/** What somebody sees of an order and its driver. */
export interface Screen {
  /** Numbers of the positions in the order in which they came, the repeated ones as well. */
  readonly positions: readonly number[];
  /** The latest position that was shown; 0 for none. */
  readonly latest: number;
  readonly status: string;
  showPlace(longitude: number): void;
  showStatus(status: string): void;
}

/** An empty screen. @param numberOf tells the positions of the driver apart: undefined for one that is not of this story */
export function createScreen(numberOf: (longitude: number) => number | undefined): Screen {
  const positions: number[] = [];
  let latest = 0;
  let status = '';
  return {
    positions,
    get latest() {
      return latest;
    },
    get status() {
      return status;
    },
    showPlace(longitude) {
      const n = numberOf(longitude);
      if (n === undefined) return;
      positions.push(n);
      latest = Math.max(latest, n);
    },
    showStatus(shown) {
      status = shown;
    },
  };
}
