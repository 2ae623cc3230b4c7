import { randomFillSync } from 'node:crypto';

/** Random bytes are fetched in this many at once: each trip to the generator costs as much as thousands of bytes. */
const POOL_BYTES = 4096;

const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let used = POOL_BYTES;

/** So many random bytes in hexadecimal. For ids, not for secrets: they stay in memory until the pool is filled anew. */
export function randomHex(bytes: number): string {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += bytes;
  return pool.toString('hex', start, used);
}
