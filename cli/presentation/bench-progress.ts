import type { ProgressScreen } from './boot-progress.js';

/** Shows what a benchmark is doing. */
export interface BenchProgress {
  readonly say: (suite: string, what: string) => void;
  /** Removes the live line. */
  readonly end: () => void;
}

/** One live line on a terminal; a line for each step elsewhere. */
export function showBenchProgress(screen: ProgressScreen, quiet: boolean): BenchProgress {
  let drawn = false;
  const end = (): void => {
    if (drawn) screen.write('\r\u001B[2K');
    drawn = false;
  };
  return {
    say(suite, what) {
      if (quiet) return;
      const line = `${suite}: ${what}`;
      if (!screen.isTTY) {
        screen.write(`${line}\n`);
        return;
      }
      end();
      // A line that wraps could not be erased.
      screen.write(line.slice(0, Math.max(10, screen.columns - 1)));
      drawn = true;
    },
    end,
  };
}
