import type { BenchRecord } from '@quickbite/benchmarks/records';

/** What a process did less than this of the time is not worth a line, %. */
const WORTH_A_LINE = 5;
/** Nor a place with a smaller share, %, nor more places than these. */
const WORTH_NAMING = 3;
const MOST_PLACES = 5;

/** Where one process spent its time under one load. */
interface ProfileLine {
  readonly load: string;
  readonly process: string;
  readonly busy: string;
  /** Whose code, the largest share first. */
  readonly places: string;
}

/** The profiles of a run in words, the busiest process of each load first. */
export function describeProfiles({ profiles = {} }: BenchRecord): readonly ProfileLine[] {
  return Object.entries(profiles).flatMap(([load, processes]) =>
    Object.entries(processes)
      .filter(([, { busy }]) => busy >= WORTH_A_LINE)
      .toSorted(([, a], [, b]) => b.busy - a.busy)
      .map(([process, { busy, places }]) => ({
        ...{ load, process, busy: `${busy.toFixed(0)}\u00a0%` },
        places: places
          .filter(({ share }) => share >= WORTH_NAMING)
          .slice(0, MOST_PLACES)
          .map(({ place, share }) => `${place} ${share.toFixed(0)}\u00a0%`)
          .join(', '),
      })),
  );
}
