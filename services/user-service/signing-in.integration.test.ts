import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PASSWORD, JWT_SECRET, someEmail, startUsers } from './testing/start-users.js';
import type { Problem, StartedUsers } from './testing/start-users.js';

let users: StartedUsers;

beforeAll(async () => {
  users = await startUsers();
});
afterAll(() => users.stop());

describe('registering', () => {
  it('opens an account and signs it in', async () => {
    const { status, headers, body } = await users.register({ email: 'one@example.com', role: 'driver' });
    expect(status).toBe(201);
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
      refreshToken: expect.any(String) as unknown,
      refreshExpiresIn: 604_800,
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('makes a customer when no role is named', async () => {
    expect((await users.register()).body.user.role).toBe('customer');
  });

  it('issues the token that the gateway checks: who, as what, for whom, until when, its own id and the session version', async () => {
    const { user, accessToken } = (await users.register()).body;
    const claims = jwt.verify(accessToken, JWT_SECRET, { algorithms: ['HS256'] }) as jwt.JwtPayload;
    expect(claims).toMatchObject({ sub: user.id, role: 'customer', sv: 0, iss: 'quickbite', aud: 'quickbite-api' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
    expect(claims.jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stores an Argon2id hash with the parameters of OWASP, never the password', async () => {
    const email = someEmail();
    await users.register({ email });
    const stored = await users.database.collection('accounts').findOne({ email });
    expect(stored?.['passwordHash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(stored)).not.toContain(PASSWORD);
  });

  it('takes an email once, however it is written', async () => {
    expect((await users.register({ email: 'five@example.com' })).status).toBe(201);
    const again = await users.register({ email: '  FIVE@Example.com ' });
    expect(again.status).toBe(409);
    expect(again.headers.get('content-type')).toContain('application/problem+json');
    expect(again.body).toMatchObject({ type: 'https://quickbite.dev/problems/conflict' });
  });

  it('takes an email once, also when two register it at the same time', async () => {
    const email = someEmail();
    const both = await Promise.all([users.register({ email }), users.register({ email })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    ['an admin', { role: 'admin' }, 'role'],
    ['a service', { role: 'service' }, 'role'],
    ['a role that does not exist', { role: 'king' }, 'role'],
    ['a short password', { password: '1234567' }, 'password'],
    ['an endless password', { password: 'x'.repeat(129) }, 'password'],
    ['no email', { email: undefined }, 'email'],
    ['an email that is none', { email: 'ada' }, 'email'],
    ['an operator for an email', { email: { $ne: null } }, 'email'],
    ['an empty name', { name: '   ' }, 'name'],
    ['a field of its own choice', { passwordHash: 'x' }, ''],
    ['a session version of its own choice', { sessionVersion: 9 }, ''],
  ])('refuses %s', async (_what, fields, path) => {
    const answer = await users.register({ email: 'refused@example.com', ...fields });
    expect(answer.status).toBe(400);
    const { type, errors } = answer.body as unknown as Problem;
    expect(type).toBe('https://quickbite.dev/problems/invalid-request');
    expect(errors?.map((error) => error.path)).toEqual([path]);
    expect(await users.database.collection('accounts').countDocuments({ email: 'refused@example.com' })).toBe(0);
  });

  it('refuses a body that is not JSON', async () => {
    expect((await users.call('POST', '/api/auth/register', { body: '{"name":' })).status).toBe(400);
  });
});

describe('signing in', () => {
  beforeAll(async () => {
    await users.register({ email: 'grace@example.com' });
  });

  it('gives the account and new tokens', async () => {
    const [first, second] = await Promise.all([users.login('Grace@example.com'), users.login('Grace@example.com')]);
    expect([first.status, first.body.user.email]).toEqual([200, 'grace@example.com']);
    expect(first.body.accessToken).not.toBe(second.body.accessToken);
    expect(first.body.refreshToken).not.toBe(second.body.refreshToken);
  });

  it('answers a wrong password and an unknown email alike', async () => {
    const wrong = await users.login('grace@example.com', 'wrong horse');
    const unknown = await users.login('nobody@example.com', 'wrong horse');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body.detail).toBe(unknown.body.detail);
  });

  it('works as long for an unknown email as for a wrong password', async () => {
    users.knobs.set({ 'login.throttle.enabled': false });
    const shortest = { known: Infinity, unknown: Infinity };
    const emails = { known: 'grace@example.com', unknown: 'nobody@example.com' } as const;
    // The shortest of each, in turns: what a busy machine adds is not what is compared.
    for (let i = 0; i < 9; i += 1)
      for (const who of ['known', 'unknown'] as const) {
        const started = performance.now();
        expect((await users.login(emails[who], 'wrong horse')).status).toBe(401);
        shortest[who] = Math.min(shortest[who], performance.now() - started);
      }
    users.knobs.set({ 'login.throttle.enabled': true });
    // Without the decoy hash an unknown email answers ten times faster.
    expect(shortest.unknown).toBeGreaterThan(shortest.known / 2);
  });

  it('checks passwords in the same way on the event loop, where a lab may put it', async () => {
    users.knobs.set({ 'password.offLoop': false });
    const email = someEmail();
    expect((await users.register({ email })).status).toBe(201);
    const statuses = [(await users.login(email)).status, (await users.login(email, 'wrong horse')).status];
    users.knobs.set({ 'password.offLoop': true });
    expect([...statuses, (await users.login(email)).status]).toEqual([200, 401, 200]);
  });

  it.each([
    ['an operator for an email', { $gt: '' }, 'x'],
    ['an operator for a password', 'grace@example.com', { $ne: '' }],
    ['no password', 'grace@example.com', null],
  ])('refuses %s with 400', async (_what, email, password) => {
    expect((await users.login(email, password)).status).toBe(400);
  });
});

describe('the first admin', () => {
  const admin = { ADMIN_EMAIL: 'Root@example.com', ADMIN_PASSWORD: 'a long enough password' };

  it('is created at the start, can sign in, and keeps the password when the service starts again', async () => {
    await users.restart(admin);
    const { status, body } = await users.login('root@example.com', admin.ADMIN_PASSWORD);
    expect([status, body.user.role]).toEqual([200, 'admin']);
    await users.restart({ ...admin, ADMIN_PASSWORD: 'another long password' });
    expect((await users.login('root@example.com', admin.ADMIN_PASSWORD)).status).toBe(200);
    expect((await users.login('root@example.com', 'another long password')).status).toBe(401);
  });

  it('is not made of an account that somebody registered', async () => {
    await users.register({ email: 'mine@example.com' });
    await expect(users.restart({ ...admin, ADMIN_EMAIL: 'mine@example.com' })).rejects.toThrow(
      'ADMIN_EMAIL belongs to an account that is customer',
    );
    await users.restart();
    expect((await users.login('mine@example.com')).body.user.role).toBe('customer');
  });

  it.each([
    [{ ADMIN_EMAIL: 'root@example.com' }, 'ADMIN_PASSWORD is missing'],
    [{ ADMIN_PASSWORD: 'a long enough password' }, 'expected together with ADMIN_EMAIL'],
    [{ ...admin, ADMIN_PASSWORD: 'short' }, 'expected at least 12 characters'],
  ])('is not created from half a configuration: %j', async (env, problem) => {
    await expect(users.restart(env)).rejects.toThrow(problem);
    await users.restart();
  });
});

describe('while the database is away', () => {
  it('is live but not ready, and serves again when it is back', async () => {
    const ready = async () => (await users.call('GET', '/health/ready')).status;
    await users.mongo.kill();
    await vi.waitFor(async () => expect(await ready()).toBe(503), { timeout: 15_000 });
    expect((await users.call('GET', '/health/live')).status).toBe(200);
    await users.mongo.restart();
    await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 15_000 });
    expect((await users.login('grace@example.com')).status).toBe(200);
  });
});
