import { performance } from 'node:perf_hooks';

/** A clock in ms since the epoch, with fractions: one reading of the wall clock, everything else from the monotonic one, which does not jump. */
export function createClock(): () => number {
  const epoch = Date.now() - performance.now();
  return () => epoch + performance.now();
}
