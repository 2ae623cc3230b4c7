/**
 * Adds the requests that a closed loop did not send because it waited: one that took longer than the distance at which requests were
 * meant to follow each other stands for those that would have waited behind it, each one distance shorter. The formula of
 * HdrHistogram's `recordValueWithExpectedInterval` (Gil Tene). It assumes that the answer came at the end of one stall.
 * @param latencies ms
 * @param intervalMs the distance at which one connection was meant to send
 */
export function correctOmission(latencies: ArrayLike<number>, intervalMs: number): Float64Array {
  if (!(intervalMs > 0)) throw new RangeError(`Expected a distance above 0 ms between requests, got ${intervalMs}.`);
  const corrected: number[] = [];
  for (const latency of Array.from(latencies))
    for (let waited = latency, first = true; first || waited >= intervalMs; waited -= intervalMs, first = false)
      corrected.push(waited);
  return Float64Array.from(corrected);
}
