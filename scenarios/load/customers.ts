/** 198.18.0.0/15 is reserved for measurements of network devices (RFC 2544): no real client has such an address. */
const FIRST_ADDRESS = 198 * 2 ** 24 + 18 * 2 ** 16;
const ADDRESSES = 2 ** 17;

/**
 * The address of the n-th virtual customer. The gateway of a lab stack believes `X-Forwarded-For` from the loopback
 * interface, so that its rate limits, which count by address, stay on and see many customers instead of one.
 */
export function customerAddress(n: number): string {
  const value = FIRST_ADDRESS + (n % ADDRESSES);
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

/**
 * How many customers share the load, so that none comes near the strictest limit of anonymous readers (100 requests in
 * 15 minutes), even when the same experiment is repeated on a stack that stays up.
 * @param rate requests per second of all of them together
 */
export function customersFor(rate: number): number {
  return Math.min(ADDRESSES, Math.max(2_000, Math.ceil(rate * 50)));
}
