import { isIP } from 'node:net';
import { z } from 'zod';
import { baseConfig, redisUrl, serviceUrl } from '@quickbite/shared/config';

/** What Express knows by name, and addresses or networks. Not `true`: it would let every client choose its own address. */
function isTrustedProxy(entry: string): boolean {
  const [address = '', bits] = entry.split('/');
  return (
    ['loopback', 'linklocal', 'uniquelocal'].includes(entry) ||
    (isIP(address) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits)))
  );
}

const commaSeparated = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []));

/** The addresses of the instances of a service. */
const instanceUrls = commaSeparated.pipe(
  z.array(serviceUrl).min(1, 'expected http://host:port, or several, comma-separated'),
);

const clientMs = z.coerce.number().int().min(10).max(600_000);

/** The environment of api-gateway. */
export const config = baseConfig.extend({
  REDIS_URL: redisUrl,
  /** ms that Redis has to decide on a request before the gateway decides alone. */
  REDIS_TIMEOUT_MS: z.coerce.number().int().min(10).max(10_000).default(100),
  /** Checks the access tokens that user-service issues. */
  JWT_SECRET: z.string().min(32, 'expected at least 32 characters'),
  /** The proxies whose `X-Forwarded-For` is believed; empty means that clients connect directly. */
  TRUST_PROXY: commaSeparated.refine((entries) => entries.every(isTrustedProxy), {
    error: 'expected loopback, linklocal, uniquelocal, addresses or networks, comma-separated',
  }),
  /** Origins whose pages may call the API, e.g. `https://app.example.com`; empty means none. */
  CORS_ORIGINS: commaSeparated.pipe(
    z.array(z.string().regex(/^https?:\/\/[^/]+$/, 'expected origins such as https://app.example.com')),
  ),
  /** Bytes that a file may have that is passed through to a service. */
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(50 * 1024 * 1024),
  /** ms that clients have: for the head of a request, for all of it, and until the next one on the same connection. */
  CLIENT_HEAD_MS: clientMs.default(10_000),
  CLIENT_REQUEST_MS: clientMs.default(30_000),
  CLIENT_KEEP_ALIVE_MS: clientMs.default(10_000),
  /** ms that a client has to make room for more of an answer that flows. Phones have slow moments; a whole minute is none. */
  CLIENT_READ_MS: clientMs.default(60_000),
  USER_SERVICE_URL: instanceUrls,
  RESTAURANT_SERVICE_URL: instanceUrls,
  ORDER_SERVICE_URL: instanceUrls,
  DRIVER_SERVICE_URL: instanceUrls,
  NOTIFICATION_SERVICE_URL: instanceUrls,
});

export type GatewayConfig = z.output<typeof config>;
