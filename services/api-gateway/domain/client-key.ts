import { isIPv6 } from 'node:net';

/** An IPv6 customer gets a /64 and can use each of its addresses: they are one client. */
const GROUPS_OF_A_NETWORK = 4;

/** Who a client is to the rate limits: its IPv4 address, or its IPv6 network. */
export function clientKey(ip: string | undefined): string {
  if (ip === undefined) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = canonical(ip).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups.slice(0, GROUPS_OF_A_NETWORK).join(':')}::/64`;
}

/** One spelling for each address: lower case, no leading zeros, no embedded IPv4, no zone. */
function canonical(ip: string): string {
  return new URL(`http://[${ip.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
}
