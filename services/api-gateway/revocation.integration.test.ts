import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyIdentity } from '@quickbite/shared/identity';
import { eventually, startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { IDENTITY_SECRET, JWT_SECRET, bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

const USER = '0123456789abcdef01234567';

let engine: StartedEngine;
let redis: Redis;
let upstream: LittleUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  engine = await startEngine('redis');
  redis = new Redis(`redis://127.0.0.1:${engine.port}`);
  redis.on('error', () => undefined);
  upstream = await startLittleUpstream();
});
beforeEach(async () => {
  await redis.flushall();
  upstream.seen.length = 0;
  gateway = await startTestGateway({
    upstream: upstream.url,
    redisUrl: `redis://127.0.0.1:${engine.port}`,
    // What Redis says is the subject here, not how long a busy machine takes to say it.
    env: { REDIS_TIMEOUT_MS: '2000' },
  });
  await eventually(async () => {
    const { checks } = (await (await fetch(`${gateway.url}/health/ready`)).json()) as { checks: { redis: string } };
    expect(checks.redis).toBe('up');
  });
});
afterEach(() => gateway.close());
afterAll(async () => {
  redis.disconnect();
  await upstream.close();
  await engine.stop();
});

const token = (jwtid: string, sv = 0): string => bearer({ jwtid }, JWT_SECRET, 'customer', { sv });
const me = (authorization: string): Promise<Response> =>
  fetch(`${gateway.url}/api/users/me`, { headers: { authorization } });
const outcomes = async (): Promise<string> => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('auth_revocation_checks_total'))
    .join('\n');
};

describe('an access token', () => {
  it('passes while nothing was revoked, and its name and expiry reach the service', async () => {
    expect((await me(token('token-1'))).status).toBe(200);
    const identity = verifyIdentity(String(upstream.seen[0]?.headers['x-quickbite-identity']), IDENTITY_SECRET);
    expect(identity).toMatchObject({ userId: USER, role: 'customer', token: { id: 'token-1' } });
    expect(identity.token?.expiresAt).toBeGreaterThan(Date.now() / 1000);
  });

  it('is refused from the first request after its revocation on, and no other one is', async () => {
    expect((await me(token('token-1'))).status).toBe(200);
    await redis.set('auth:revoked:token-1', '1', 'EX', 900);
    const refused = await me(token('token-1'));
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await refused.json()).toMatchObject({ detail: 'The access token was revoked. Sign in again.' });
    expect((await me(token('token-2'))).status).toBe(200);
    expect(upstream.seen).toHaveLength(2);
    expect(await outcomes()).toMatch(/outcome="good".* 2\n.*outcome="revoked".* 1$/);
  });

  it('is refused when its account has a newer session version', async () => {
    await redis.set(`auth:session-version:${USER}`, '3', 'EX', 900);
    expect((await me(token('token-1', 2))).status).toBe(401);
    expect((await me(bearer())).status).toBe(401);
    expect((await me(token('token-1', 3))).status).toBe(200);
  });

  it('is refused without a name: it could not be revoked', async () => {
    const { default: jwt } = await import('jsonwebtoken');
    const unnamed = jwt.sign({ role: 'customer' }, JWT_SECRET, {
      subject: USER,
      issuer: 'quickbite',
      audience: 'quickbite-api',
      expiresIn: 900,
    });
    expect((await me(`Bearer ${unnamed}`)).status).toBe(401);
  });

  it('is not asked about on routes for anyone', async () => {
    await redis.set('auth:revoked:token-1', '1', 'EX', 900);
    const response = await fetch(`${gateway.url}/api/restaurants`, { headers: { authorization: token('token-1') } });
    expect(response.status).toBe(200);
  });
});

describe('while Redis is away', () => {
  afterEach(async () => {
    await engine.restart();
  });

  it('valid tokens pass, counted as unknown; auth.withoutRedis=refuse answers 503 instead', async () => {
    await engine.kill();
    expect((await me(token('token-1'))).status).toBe(200);
    expect(await outcomes()).toMatch(/outcome="unknown".* 1$/);
    expect((await me(bearer({ expiresIn: -1 }))).status).toBe(401);
    gateway.knobs.set({ 'auth.withoutRedis': 'refuse' });
    const refused = await me(token('token-1'));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ type: 'https://quickbite.dev/problems/not-ready' });
  });

  it('revocation holds again once it is back', async () => {
    await engine.kill();
    expect((await me(token('token-1'))).status).toBe(200);
    await engine.restart();
    await eventually(() => redis.set('auth:revoked:token-1', '1'));
    await eventually(async () => expect((await me(token('token-1'))).status).toBe(401));
  });
});

describe('the insecure switches of a lab', () => {
  const unsigned = (): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 900;
    const claims = { sub: USER, role: 'admin', jti: 'forged', iss: 'quickbite', aud: 'quickbite-api', exp };
    return `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
  };

  it('auth.pinAlgorithm: an unsigned token is refused, and believed only without it', async () => {
    expect((await me(unsigned())).status).toBe(401);
    gateway.knobs.set({ 'auth.pinAlgorithm': false });
    expect((await me(unsigned())).status).toBe(200);
    expect((await me(bearer({}, 'another-secret-of-the-tests-entirely'))).status).toBe(401);
  });

  it('auth.verifyClaims: an expired token and one for somebody else are taken only without it', async () => {
    const wrong = [bearer({ expiresIn: -1 }), bearer({ audience: 'another-api' }), bearer({ issuer: 'another' })];
    for (const one of wrong) expect((await me(one)).status).toBe(401);
    gateway.knobs.set({ 'auth.verifyClaims': false });
    for (const one of wrong) expect((await me(one)).status).toBe(200);
    expect((await me(bearer({}, 'another-secret-of-the-tests-entirely'))).status).toBe(401);
  });

  it('auth.revocation: a revoked token passes only without it', async () => {
    await redis.set('auth:revoked:token-1', '1');
    expect((await me(token('token-1'))).status).toBe(401);
    gateway.knobs.set({ 'auth.revocation': false });
    expect((await me(token('token-1'))).status).toBe(200);
  });
});
