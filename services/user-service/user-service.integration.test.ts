import jwt from 'jsonwebtoken';
import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signIdentity } from '@quickbite/shared/identity';
import type { Identity } from '@quickbite/shared/identity';
import { createKnobs } from '@quickbite/shared/knobs';
import type { RunningService } from '@quickbite/shared/service';
import { startEngine } from '../testing/start-engines.js';
import type { StartedEngine } from '../testing/start-engines.js';
import { knobs } from './knobs.js';
import { start } from './start.js';

const JWT_SECRET = 'a-secret-of-the-tests-for-access-tokens';
const IDENTITY_SECRET = 'a-secret-of-the-tests-for-identities';

interface SignedIn {
  readonly user: { readonly id: string; readonly email: string };
  readonly accessToken: string;
}

let engine: StartedEngine;
let service: RunningService;
let database: Connection;

beforeAll(async () => {
  engine = await startEngine('mongo');
  const url = `mongodb://127.0.0.1:${engine.port}/user_service`;
  service = await start({
    knobs: createKnobs(knobs),
    env: {
      PORT: '0',
      LOG_LEVEL: 'error',
      IDENTITY_SECRET,
      JWT_SECRET,
      MONGO_URL: url,
      QUICKBITE_VALIDATE_ANSWERS: 'true',
    },
  });
  database = await mongoose.createConnection(url).asPromise();
});
afterAll(async () => {
  await database.close();
  await service.close();
  await engine.stop();
});

const at = (path: string) => `http://127.0.0.1:${service.port}${path}`;
const post = (path: string, body: unknown) =>
  fetch(at(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const register = (fields: Record<string, unknown> = {}) =>
  post('/api/auth/register', { name: 'Ada', email: 'ada@example.com', password: 'correct horse', ...fields });
const login = (email: unknown, password: unknown) => post('/api/auth/login', { email, password });
const me = (identity?: Identity, secret = IDENTITY_SECRET) =>
  fetch(at('/api/users/me'), {
    headers: identity ? { 'x-quickbite-identity': signIdentity(identity, secret) } : {},
  });

async function problem(response: Response): Promise<{ type: string; detail: string; errors?: { path: string }[] }> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as { type: string; detail: string; errors?: { path: string }[] };
}

describe('registering', () => {
  it('opens an account and signs it in', async () => {
    const response = await register({ email: 'one@example.com', role: 'driver' });
    expect(response.status).toBe(201);
    const body = (await response.json()) as SignedIn;
    expect(body).toEqual({
      user: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/) as unknown,
        name: 'Ada',
        email: 'one@example.com',
        role: 'driver',
        createdAt: expect.stringMatching(/Z$/) as unknown,
      },
      accessToken: expect.any(String) as unknown,
      expiresIn: 900,
    });
  });

  it('makes a customer when no role is named', async () => {
    expect(await (await register({ email: 'two@example.com' })).json()).toMatchObject({ user: { role: 'customer' } });
  });

  it('issues the token that the gateway checks: who, as what, for whom, until when, and its own id', async () => {
    const { user, accessToken } = (await (await register({ email: 'three@example.com' })).json()) as SignedIn;
    const claims = jwt.verify(accessToken, JWT_SECRET, { algorithms: ['HS256'] }) as jwt.JwtPayload;
    expect(claims).toMatchObject({ sub: user.id, role: 'customer', iss: 'quickbite', aud: 'quickbite-api' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
    expect(claims.jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stores an Argon2id hash with the parameters of OWASP, never the password', async () => {
    await register({ email: 'four@example.com' });
    const stored = await database.collection('accounts').findOne({ email: 'four@example.com' });
    expect(stored?.['passwordHash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(stored)).not.toContain('correct horse');
  });

  it('takes an email once, however it is written', async () => {
    expect((await register({ email: 'five@example.com' })).status).toBe(201);
    const again = await register({ email: '  FIVE@Example.com ' });
    expect(again.status).toBe(409);
    expect((await problem(again)).type).toBe('https://quickbite.dev/problems/conflict');
  });

  it('takes an email once, also when two register it at the same time', async () => {
    const both = await Promise.all([register({ email: 'six@example.com' }), register({ email: 'six@example.com' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    ['an admin', { role: 'admin' }, 'role'],
    ['a role that does not exist', { role: 'king' }, 'role'],
    ['a short password', { password: '1234567' }, 'password'],
    ['an endless password', { password: 'x'.repeat(129) }, 'password'],
    ['no email', { email: undefined }, 'email'],
    ['an email that is none', { email: 'ada' }, 'email'],
    ['an operator for an email', { email: { $ne: null } }, 'email'],
    ['an empty name', { name: '   ' }, 'name'],
    ['a field of its own choice', { passwordHash: 'x' }, ''],
  ])('refuses %s', async (_what, fields, path) => {
    const response = await register({ email: 'refused@example.com', ...fields });
    expect(response.status).toBe(400);
    const { type, errors } = await problem(response);
    expect(type).toBe('https://quickbite.dev/problems/invalid-request');
    expect(errors?.map((error) => error.path)).toEqual([path]);
    expect(await database.collection('accounts').countDocuments({ email: 'refused@example.com' })).toBe(0);
  });

  it('refuses a body that is not JSON', async () => {
    expect((await post('/api/auth/register', '{"name":')).status).toBe(400);
  });
});

describe('signing in', () => {
  beforeAll(async () => {
    await register({ email: 'grace@example.com' });
  });

  it('gives the account and a new token', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(async () => (await (await login('Grace@example.com', 'correct horse')).json()) as SignedIn),
    );
    expect(first?.user.email).toBe('grace@example.com');
    expect(first?.accessToken).not.toBe(second?.accessToken);
  });

  it('answers a wrong password and an unknown email alike', async () => {
    const wrong = await login('grace@example.com', 'wrong horse');
    const unknown = await login('nobody@example.com', 'wrong horse');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect((await problem(wrong)).detail).toBe((await problem(unknown)).detail);
  });

  it('works as long for an unknown email as for a wrong password', async () => {
    const median = async (email: string) => {
      const samples: number[] = [];
      for (let i = 0; i < 9; i += 1) {
        const started = performance.now();
        await login(email, 'wrong horse');
        samples.push(performance.now() - started);
      }
      return samples.sort((a, b) => a - b)[4] ?? 0;
    };
    const [known, unknown] = [await median('grace@example.com'), await median('nobody@example.com')];
    // Without the decoy hash an unknown email answers ten times faster.
    expect(unknown).toBeGreaterThan(known / 2);
  });

  it.each([
    ['an operator for an email', { $gt: '' }, 'x'],
    ['an operator for a password', 'grace@example.com', { $ne: '' }],
    ['no password', 'grace@example.com', undefined],
  ])('refuses %s with 400', async (_what, email, password) => {
    expect((await login(email, password)).status).toBe(400);
  });
});

describe('the own account', () => {
  it('is shown to who is signed in', async () => {
    const { user } = (await (await register({ email: 'own@example.com' })).json()) as SignedIn;
    const response = await me({ userId: user.id, role: 'customer' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(user);
  });

  it('is not shown without an identity, with a forged one, or for a bare x-user-id', async () => {
    const forged = await me({ userId: '0'.repeat(24), role: 'admin' }, 'a-secret-that-somebody-else-made-up');
    const bare = await fetch(at('/api/users/me'), { headers: { 'x-user-id': '0'.repeat(24) } });
    expect([(await me()).status, forged.status, bare.status]).toEqual([401, 401, 401]);
  });

  it('is 404 when it is gone although the token is still good', async () => {
    expect((await me({ userId: '0'.repeat(24), role: 'customer' })).status).toBe(404);
  });
});

describe('the contact of an account', () => {
  const contact = (id: string, identity?: Identity) =>
    fetch(at(`/api/users/${id}/contact`), {
      headers: identity ? { 'x-quickbite-identity': signIdentity(identity, IDENTITY_SECRET) } : {},
    });
  const asService: Identity = { userId: 'notification-service', role: 'service' };

  it('tells a service how to reach somebody, with preferences that nobody had to choose', async () => {
    const { user } = (await (await register({ email: 'reach@example.com' })).json()) as SignedIn;
    const response = await contact(user.id, asService);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      id: user.id,
      name: 'Ada',
      email: 'reach@example.com',
      deviceTokens: [],
      preferences: {
        channels: { email: true, sms: false, push: true, inApp: true },
        marketing: false,
        quietHours: { enabled: false, from: '22:00', to: '08:00' },
        timeZone: 'UTC',
      },
    });
  });

  it('is for services only: not for its owner, nor for an admin', async () => {
    const { user } = (await (await register({ email: 'private@example.com' })).json()) as SignedIn;
    const statuses = await Promise.all(
      [undefined, { userId: user.id, role: 'customer' } as const, { userId: user.id, role: 'admin' } as const].map(
        async (identity) => (await contact(user.id, identity)).status,
      ),
    );
    expect(statuses).toEqual([401, 403, 403]);
  });

  it('is 404 for nobody, and 400 for what cannot be an id', async () => {
    expect((await contact('0'.repeat(24), asService)).status).toBe(404);
    expect((await contact('me', asService)).status).toBe(400);
  });
});

describe('while the database is away', () => {
  it('is live but not ready, and serves again when it is back', async () => {
    const ready = async () => (await fetch(at('/health/ready'))).status;
    await engine.kill();
    await vi.waitFor(async () => expect(await ready()).toBe(503), { timeout: 15_000 });
    expect((await fetch(at('/health/live'))).status).toBe(200);
    await engine.restart();
    await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 15_000 });
    expect((await login('grace@example.com', 'correct horse')).status).toBe(200);
  });
});
