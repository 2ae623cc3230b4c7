import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { RequestOptions } from 'node:http';
import { gzipSync } from 'node:zlib';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyIdentity } from '@quickbite/shared/identity';
import { answers, startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { IDENTITY_SECRET, JWT_SECRET, LAB_KEY, bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

let upstream: LittleUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startLittleUpstream();
  gateway = await startTestGateway({ upstream: upstream.url });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
beforeEach(() => {
  upstream.seen.length = 0;
  upstream.behave(answers(200, { ok: true }));
});

/** What fetch would refuse to send. */
async function sendRaw(options: RequestOptions): Promise<number | undefined> {
  const request = httpRequest({ host: '127.0.0.1', port: gateway.port, agent: false, ...options });
  const answered = once(request, 'response');
  request.end();
  const [response] = (await answered) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe('passing requests on', () => {
  it('keeps method, path, query and body, and the status, body and safe headers of the answer', async () => {
    upstream.behave(
      answers(201, { id: 'o1' }, { location: '/api/orders/o1', 'x-cache': 'miss', etag: '"1"', 'x-secret': 'no' }),
    );
    const response = await fetch(`${gateway.url}/api/orders?dry=1`, {
      method: 'POST',
      headers: {
        authorization: bearer(),
        'content-type': 'application/json',
        'idempotency-key': 'abc',
        'x-correlation-id': 'correlation-1',
      },
      body: '{"restaurantId": "r1"}',
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: 'o1' });
    expect(response.headers.get('location')).toBe('/api/orders/o1');
    expect(response.headers.get('x-cache')).toBe('miss');
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('x-secret')).toBeNull();
    expect(response.headers.get('x-correlation-id')).toBe('correlation-1');
    expect(upstream.seen).toMatchObject([
      {
        method: 'POST',
        url: '/api/orders?dry=1',
        body: '{"restaurantId": "r1"}',
        headers: { 'idempotency-key': 'abc', 'x-correlation-id': 'correlation-1' },
      },
    ]);
  });

  it('keeps the correlation id to itself where a lab wants to see what is lost', async () => {
    gateway.knobs.set({ 'correlation.forward': false });
    const headers = { 'x-correlation-id': 'correlation-2' };
    const response = await fetch(`${gateway.url}/api/restaurants?q=lost`, { headers });
    gateway.knobs.set({ 'correlation.forward': true });
    expect(response.headers.get('x-correlation-id')).toBe('correlation-2');
    expect(upstream.seen[0]?.headers).not.toHaveProperty('x-correlation-id');
  });

  it('drops what a client must not say to a service: identities, the lab key, its token', async () => {
    await fetch(`${gateway.url}/api/restaurants`, {
      headers: {
        'x-quickbite-identity': 'forged',
        'x-user-id': '1',
        'x-lab-key': LAB_KEY,
        authorization: bearer(),
        cookie: 'a=b',
        'x-forwarded-for': '203.0.113.1',
      },
    });
    const [seen] = upstream.seen;
    for (const name of ['x-quickbite-identity', 'x-user-id', 'x-lab-key', 'authorization', 'cookie', 'x-forwarded-for'])
      expect(seen?.headers).not.toHaveProperty(name);
  });

  it('passes on an answer without a body', async () => {
    upstream.behave((_seen, res) => void res.writeHead(304, { etag: '"1"' }).end());
    const response = await fetch(`${gateway.url}/api/restaurants/r1`, { headers: { 'if-none-match': '"1"' } });
    expect(response.status).toBe(304);
    expect(upstream.seen[0]?.headers['if-none-match']).toBe('"1"');
  });

  it('answers HEAD like GET, without the body', async () => {
    const response = await fetch(`${gateway.url}/api/restaurants`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('11');
    expect(await response.text()).toBe('');
  });

  it('ignores the host of an absolute-form request line', async () => {
    expect(await sendRaw({ path: 'http://somewhere.invalid/api/restaurants?page=2' })).toBe(200);
    expect(upstream.seen[0]?.url).toBe('/api/restaurants?page=2');
  });

  it.each(['/', '/api', '/api/admin', '/api/restaurants/r1/menu', '/api/auth/login'])(
    'answers GET %s, which is no route, with 404 and asks nobody',
    async (path) => {
      const response = await fetch(gateway.url + path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ type: 'https://quickbite.dev/problems/not-found' });
      expect(upstream.seen).toEqual([]);
    },
  );

  it('cannot be led to another path of a service by dots or encoded slashes', async () => {
    expect(await sendRaw({ path: '/api/restaurants/../../internal/knobs' })).toBe(404);
    expect(await sendRaw({ path: '/api/restaurants/..%2F..%2Finternal%2Fknobs' })).toBe(200);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/api/restaurants/..%2F..%2Finternal%2Fknobs']);
  });
});

describe('bodies', () => {
  const headers = { authorization: bearer(), 'content-type': 'application/json' };
  const post = (body: string | Uint8Array<ArrayBuffer>, extra: Record<string, string> = {}) =>
    fetch(`${gateway.url}/api/orders`, { method: 'POST', headers: { ...headers, ...extra }, body });

  it('takes 100 kB and refuses more with 413, without asking the service', async () => {
    const filler = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - 11) });
    expect((await post(filler(100 * 1024))).status).toBe(200);
    const tooLarge = await post(filler(100 * 1024 + 1));
    expect(tooLarge.status).toBe(413);
    expect(await tooLarge.json()).toMatchObject({ type: 'https://quickbite.dev/problems/body-too-large' });
    expect(upstream.seen).toHaveLength(1);
  });

  it('measures a compressed body by what it unpacks to', async () => {
    const bomb = gzipSync(JSON.stringify({ text: 'x'.repeat(1_000_000) }));
    expect((await post(new Uint8Array(bomb), { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it.each([
    ['half a document', '{"a":'],
    ['no JSON', 'a=b'],
  ])('refuses %s with 400, without asking the service', async (_what, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'https://quickbite.dev/problems/invalid-request' });
    expect(upstream.seen).toEqual([]);
  });

  it('refuses a body that is not declared as JSON', async () => {
    expect((await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(400);
    expect(upstream.seen).toEqual([]);
  });
});

describe('who is calling', () => {
  const me = (authorization?: string) =>
    fetch(`${gateway.url}/api/users/me`, { headers: authorization === undefined ? {} : { authorization } });

  it('turns a valid token into a signed identity', async () => {
    expect((await me(bearer({}, JWT_SECRET, 'driver'))).status).toBe(200);
    const identity = upstream.seen[0]?.headers['x-quickbite-identity'];
    expect(verifyIdentity(String(identity), IDENTITY_SECRET)).toMatchObject({
      userId: '0123456789abcdef01234567',
      role: 'driver',
    });
  });

  const unsigned = jwt.sign({ role: 'admin' }, '', {
    algorithm: 'none',
    subject: '1',
    issuer: 'quickbite',
    audience: 'quickbite-api',
    expiresIn: 900,
  });
  it.each([
    ['no token', undefined],
    ['another scheme', 'Basic YTpi'],
    ['no token after the scheme', 'Bearer '],
    ['something that is no token', 'Bearer abc'],
    ['a token with algorithm none', `Bearer ${unsigned}`],
    ['a token with another algorithm', bearer({ algorithm: 'HS512' })],
    ['a token that somebody else signed', bearer({}, 'another-secret-of-the-tests-entirely')],
    ['a token that the gateway signs for services', bearer({}, IDENTITY_SECRET)],
    ['a token of another issuer', bearer({ issuer: 'evil' })],
    ['a token for another audience', bearer({ audience: 'quickbite-services' })],
    ['an expired token', bearer({ expiresIn: -1 })],
    ['a token with an unknown role', bearer({}, JWT_SECRET, 'root')],
    [
      'a token that never expires',
      `Bearer ${jwt.sign({ role: 'customer' }, JWT_SECRET, { subject: '1', issuer: 'quickbite', audience: 'quickbite-api' })}`,
    ],
  ])('answers %s with 401 and a challenge, and asks nobody', async (_what, authorization) => {
    const response = await me(authorization);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await response.json()).toMatchObject({ type: 'https://quickbite.dev/problems/not-authenticated' });
    expect(upstream.seen).toEqual([]);
  });

  it('does not look at a token where anyone may read', async () => {
    const response = await fetch(`${gateway.url}/api/restaurants`, { headers: { authorization: 'Bearer nonsense' } });
    expect(response.status).toBe(200);
  });
});

describe('the endpoints of a lab stack', () => {
  it.each(['/internal/knobs', '/internal/breakers'])('does not show %s without the key', async (path) => {
    expect((await fetch(gateway.url + path)).status).toBe(404);
    expect((await fetch(gateway.url + path, { headers: { 'x-lab-key': 'wrong' } })).status).toBe(404);
    expect((await fetch(gateway.url + path, { headers: { 'x-lab-key': LAB_KEY } })).status).toBe(200);
  });

  it('refuses a knob that is out of bounds, and changes nothing', async () => {
    const response = await fetch(`${gateway.url}/internal/knobs`, {
      method: 'PUT',
      headers: { 'x-lab-key': LAB_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ 'fallback.enabled': false, 'breaker.errorThresholdPercentage': 101 }),
    });
    expect(response.status).toBe(400);
    expect(gateway.knobs.get('fallback.enabled')).toBe(true);
  });
});

describe('health', () => {
  it('is healthy while every service is ready, and degraded, with 200, when one is not', async () => {
    const health = async () => await (await fetch(`${gateway.url}/health`)).json();
    expect(await health()).toMatchObject({ status: 'healthy', services: { 'order-service': 'up' } });
    upstream.behave(answers(503, { status: 'not ready' }));
    expect(await health()).toMatchObject({ status: 'degraded', services: { 'order-service': 'down: not ready' } });
  });

  it('needs nobody to be ready itself', async () => {
    const lonely = await startTestGateway({ upstream: 'http://127.0.0.1:1' });
    const ready = await fetch(`${lonely.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await (await fetch(`${lonely.url}/health`)).json()).toMatchObject({
      status: 'degraded',
      services: { 'user-service': 'down: not reachable' },
    });
    await lonely.close();
  });
});

describe('pages of other origins', () => {
  it('may not call by default', async () => {
    const response = await fetch(`${gateway.url}/api/restaurants`, { headers: { origin: 'https://app.example.com' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may call when they are configured, and only they', async () => {
    const open = await startTestGateway({
      upstream: upstream.url,
      env: { CORS_ORIGINS: 'https://app.example.com' },
    });
    const preflight = (origin: string) =>
      fetch(`${open.url}/api/orders`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const allowed = await preflight('https://app.example.com');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const other = await preflight('https://evil.example.com');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    await open.close();
  });
});
