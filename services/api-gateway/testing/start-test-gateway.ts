import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { SignOptions } from 'jsonwebtoken';
import { createKnobs } from '@quickbite/shared/knobs';
import { knobs as gatewayKnobs } from '../knobs.js';
import type { GatewayKnobs } from '../knobs.js';
import { start } from '../start.js';

export const JWT_SECRET = 'a-secret-of-the-tests-for-access-tokens';
export const IDENTITY_SECRET = 'a-secret-of-the-tests-for-identities';
export const LAB_KEY = 'a-lab-key-of-the-tests';

/** Nothing listens on port 1: the gateway runs without Redis. */
const NO_REDIS = 'redis://127.0.0.1:1';

/** A gateway that listens on a free port, inside the test's process. */
export interface TestGateway {
  readonly url: string;
  readonly port: number;
  readonly knobs: GatewayKnobs;
  close(): Promise<void>;
}

/** Each request reaches the upstream, once. */
const PLAIN = { 'rateLimit.enabled': false, 'responseCache.enabled': false, 'retry.enabled': false };

/** Starts the gateway in front of one upstream that stands for all: plain, unless `knobs` say otherwise. */
export async function startTestGateway(options: {
  readonly upstream: string;
  readonly redisUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly knobs?: Readonly<Record<string, unknown>>;
}): Promise<TestGateway> {
  const { upstream, redisUrl = NO_REDIS, env = {} } = options;
  const knobs = createKnobs(gatewayKnobs);
  const problems = knobs.set({ ...PLAIN, ...options.knobs });
  if (problems.length > 0) throw new Error(problems.join('; '));
  const service = await start({
    knobs,
    env: {
      PORT: '0',
      LOG_LEVEL: 'error',
      QUICKBITE_LAB_KEY: LAB_KEY,
      JWT_SECRET,
      IDENTITY_SECRET,
      REDIS_URL: redisUrl,
      USER_SERVICE_URL: upstream,
      RESTAURANT_SERVICE_URL: upstream,
      ORDER_SERVICE_URL: upstream,
      DRIVER_SERVICE_URL: upstream,
      NOTIFICATION_SERVICE_URL: upstream,
      ...env,
    },
  });
  return {
    url: `http://127.0.0.1:${service.port}`,
    port: service.port,
    knobs,
    close: () => service.close(),
  };
}

/** An `Authorization` header with a token like user-service's, unless `options` or `secret` make it a wrong one. */
export function bearer(
  options: SignOptions = {},
  secret: string = JWT_SECRET,
  role: unknown = 'customer',
  claims: object = {},
): string {
  const token = jwt.sign({ role, ...claims }, secret, {
    algorithm: 'HS256',
    subject: '0123456789abcdef01234567',
    issuer: 'quickbite',
    audience: 'quickbite-api',
    jwtid: randomUUID(),
    expiresIn: 900,
    ...options,
  });
  return `Bearer ${token}`;
}
