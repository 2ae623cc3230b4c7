/**
 * How long to wait before the next attempt: twice as long each time, up to `maxMs`, of which the last half is left to chance so that
 * those who failed together do not come back together.
 * @param failures how many there were, from 1
 */
export function backoffMs(
  failures: number,
  { firstMs, maxMs, random }: { readonly firstMs: number; readonly maxMs: number; readonly random: () => number },
): number {
  return Math.min(maxMs, firstMs * 2 ** (failures - 1)) * (0.5 + random() / 2);
}
