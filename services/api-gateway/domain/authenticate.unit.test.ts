import jwt from 'jsonwebtoken';
import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createKnobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { knobs as gatewayKnobs } from '../knobs.js';
import { createAuthenticate } from './authenticate.js';
import type { TokenStatus } from './authenticate.js';

const SECRET = 'a-secret-of-the-tests-for-access-tokens';
const bearer = `Bearer ${jwt.sign({ role: 'customer' }, SECRET, {
  subject: 'somebody',
  jwtid: 'token-1',
  issuer: 'quickbite',
  audience: 'quickbite-api',
  expiresIn: 900,
})}`;

/** Authentication on a Redis that does what the test says, and what was asked and logged. */
function prepare() {
  const logger = createLogger({ service: 'test', level: 'info' });
  logger.silent = true;
  const logged: string[] = [];
  logger.info = logger.warn = ((message: string) => logged.push(message)) as never;
  const asked: string[] = [];
  let now = 0;
  let redis: () => Promise<TokenStatus> = () => Promise.resolve({ revoked: false, sessionVersion: 0 });
  const knobs = createKnobs(gatewayKnobs);
  const authenticate = createAuthenticate({
    secret: SECRET,
    knobs,
    logger,
    now: () => now,
    checks: new Counter({ name: 'checks', help: 'checks', labelNames: ['outcome'], registers: [new Registry()] }),
    revocations: {
      find(tokenId, userId) {
        asked.push(`${tokenId} of ${userId}`);
        return redis();
      },
    },
  });
  return {
    authenticate,
    knobs,
    logged,
    asked,
    pass: (ms: number) => (now += ms),
    answer: (status: TokenStatus) => (redis = () => Promise.resolve(status)),
    fail: () => (redis = () => Promise.reject(new Error('away'))),
  };
}

describe('authentication', () => {
  it('asks about every token, every time', async () => {
    const { authenticate, asked, answer } = prepare();
    await authenticate(bearer);
    await authenticate(bearer);
    expect(asked).toEqual(['token-1 of somebody', 'token-1 of somebody']);
    answer({ revoked: true, sessionVersion: 0 });
    await expect(authenticate(bearer)).rejects.toMatchObject({ slug: 'not-authenticated' });
  });

  it('does not ask about a token that is not valid anyway', async () => {
    const { authenticate, asked } = prepare();
    await expect(authenticate(`${bearer}x`)).rejects.toMatchObject({ slug: 'not-authenticated' });
    await expect(authenticate(undefined)).rejects.toMatchObject({ headers: { 'www-authenticate': 'Bearer' } });
    expect(asked).toEqual([]);
  });

  it('leaves a Redis that failed alone for a second, and says once that it went and once that it came back', async () => {
    const { authenticate, asked, logged, pass, answer, fail } = prepare();
    fail();
    await authenticate(bearer);
    pass(999);
    await authenticate(bearer);
    expect(asked).toHaveLength(1);
    pass(1);
    await authenticate(bearer);
    expect(asked).toHaveLength(2);
    pass(1000);
    answer({ revoked: false, sessionVersion: 0 });
    await authenticate(bearer);
    await authenticate(bearer);
    expect(logged).toEqual([
      'revocation of tokens cannot be checked: Redis does not answer',
      'revocation of tokens is checked again',
    ]);
  });

  it('refuses while it is left alone, too, when told to', async () => {
    const { authenticate, knobs, fail } = prepare();
    knobs.set({ 'auth.withoutRedis': 'refuse' });
    fail();
    await expect(authenticate(bearer)).rejects.toMatchObject({ slug: 'not-ready' });
    await expect(authenticate(bearer)).rejects.toMatchObject({ slug: 'not-ready' });
  });
});
