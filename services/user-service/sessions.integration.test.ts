import jwt from 'jsonwebtoken';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Identity } from '@quickbite/shared/identity';
import { createRedisRevocations } from './data-access/redis-revocations.js';
import { startUsers } from './testing/start-users.js';
import type { Answer, Problem, SignedIn, StartedUsers } from './testing/start-users.js';

const PATIENT = { timeout: 20_000, interval: 50 };
const DAY_MS = 24 * 60 * 60 * 1000;

let users: StartedUsers;
let later = 0;

beforeAll(async () => {
  users = await startUsers({ now: () => new Date(Date.now() + later) });
});
afterAll(() => users.stop());
beforeEach(() => users.redis.flushall());
afterEach(() => {
  later = 0;
  users.knobs.set({ 'refresh.reuseDetection': true });
});

const refresh = (refreshToken: unknown) =>
  users.call('POST', '/api/auth/refresh', { body: { refreshToken } }) as Promise<Answer<SignedIn & Problem>>;

const claimsOf = (accessToken: string) => jwt.decode(accessToken) as { jti: string; sv: number; exp: number };

/** The identity as the gateway signs it for the bearer of an access token. */
function bearer({ user, accessToken }: Pick<SignedIn, 'user' | 'accessToken'>): Identity {
  const { jti, exp } = claimsOf(accessToken);
  return { userId: user.id, role: user.role, token: { id: jti, expiresAt: exp } };
}

const logOut = (session: SignedIn, body?: unknown) =>
  users.call('POST', '/api/auth/logout', { as: bearer(session), ...(body !== undefined && { body }) });
const logOutEverywhere = (session: SignedIn) => users.call('POST', '/api/auth/logout-all', { as: bearer(session) });
const isRevoked = async ({ accessToken }: Pick<SignedIn, 'accessToken'>) =>
  (await users.redis.exists(`auth:revoked:${claimsOf(accessToken).jti}`)) === 1;
const announcedVersion = ({ user }: SignedIn) => users.redis.get(`auth:session-version:${user.id}`);
const signUp = async () => (await users.register()).body;

describe('refreshing', () => {
  it('exchanges the token for new ones, again and again', async () => {
    const first = await signUp();
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect(second.headers.get('cache-control')).toBe('no-store');
    const third = await refresh(second.body.refreshToken);
    expect(third.status).toBe(200);
    const all = [first, second.body, third.body];
    expect(new Set(all.map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(new Set(all.map(({ accessToken }) => claimsOf(accessToken).jti)).size).toBe(3);
  });

  it('ends the whole session when a token is used twice, and what it issued', async () => {
    const victim = await signUp();
    const thief = (await refresh(victim.refreshToken)).body;
    const noticed = await refresh(victim.refreshToken);
    expect(noticed.status).toBe(401);
    expect(noticed.body.detail).toContain('used already');
    expect((await refresh(thief.refreshToken)).status).toBe(401);
    expect(await Promise.all([victim, thief].map(isRevoked))).toEqual([true, true]);
  });

  it('leaves the other sessions of the account alone then', async () => {
    const { user, ...phone } = await signUp();
    const laptop = (await users.login(user.email)).body;
    await refresh(phone.refreshToken);
    await refresh(phone.refreshToken);
    expect((await refresh(laptop.refreshToken)).status).toBe(200);
  });

  it('lets one of two at the same time have new tokens, and then neither', async () => {
    const { refreshToken } = await signUp();
    const both = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const winner = both.find(({ status }) => status === 200)?.body.refreshToken;
    expect((await refresh(winner)).status).toBe(401);
  });

  it('without reuse detection only refuses the second use: the thief stays in', async () => {
    users.knobs.set({ 'refresh.reuseDetection': false });
    const victim = await signUp();
    const thief = (await refresh(victim.refreshToken)).body;
    expect((await refresh(victim.refreshToken)).status).toBe(401);
    expect((await refresh(thief.refreshToken)).status).toBe(200);
  });

  it('refuses a token after seven days without use, and a used one lives on', async () => {
    const [idle, active] = [await signUp(), await signUp()];
    later = 4 * DAY_MS;
    const renewed = (await refresh(active.refreshToken)).body;
    later = 8 * DAY_MS;
    expect((await refresh(idle.refreshToken)).status).toBe(401);
    expect((await refresh(renewed.refreshToken)).status).toBe(200);
  });

  it('ends after 30 days however often it was refreshed, and says so in time', async () => {
    let session = await signUp();
    for (const day of [6, 12, 18, 24, 29]) {
      later = day * DAY_MS;
      session = { ...session, ...(await refresh(session.refreshToken)).body };
    }
    // A week from now would be day 36.
    expect(session.refreshExpiresIn).toBeLessThanOrEqual(DAY_MS / 1000);
    expect(session.refreshExpiresIn).toBeGreaterThan(DAY_MS / 1000 - 600);
    later = 30 * DAY_MS + 1000;
    expect((await refresh(session.refreshToken)).status).toBe(401);
    expect((await users.login(session.user.email)).body.refreshExpiresIn).toBe((7 * DAY_MS) / 1000);
  });

  it('ends when its longest life is shortened to less than it had', async () => {
    const { refreshToken } = await signUp();
    later = 3 * DAY_MS;
    await users.restart({ SESSION_MAX_AGE_DAYS: '2' });
    try {
      expect((await refresh(refreshToken)).status).toBe(401);
    } finally {
      await users.restart();
    }
  });

  it.each([
    ['a token that was never issued', `${'A'.repeat(22)}.${'A'.repeat(43)}`, 401],
    ['what is no token', 'me', 401],
    ['an access token', jwt.sign({}, 'x'), 401],
    ['an operator', { $gt: '' }, 400],
    ['nothing', undefined, 400],
  ])('refuses %s', async (_what, token, status) => {
    expect((await refresh(token)).status).toBe(status);
  });

  it('stores hashes only: a copy of the database signs nobody in', async () => {
    const { refreshToken, user } = await signUp();
    const stored = JSON.stringify(await users.database.collection('sessions').findOne({ userId: user.id }));
    for (const part of refreshToken.split('.')) expect(stored).not.toContain(part);
  });

  it('refuses when the account is gone', async () => {
    const { refreshToken, user } = await signUp();
    await users.database.collection('accounts').deleteOne({ email: user.email });
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('forgets sessions by itself when they have expired', async () => {
    const indexes = await users.database.collection('sessions').indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
  });
});

describe('signing out', () => {
  it('revokes the access token for as long as it would have lived, and the session', async () => {
    const session = await signUp();
    const answer = await logOut(session, { refreshToken: session.refreshToken });
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    const ttlMs = await users.redis.pttl(`auth:revoked:${claimsOf(session.accessToken).jti}`);
    expect(ttlMs).toBeGreaterThan(890_000);
    expect(ttlMs).toBeLessThanOrEqual(910_000);
    expect((await refresh(session.refreshToken)).status).toBe(401);
  });

  it.each([
    ['no body', undefined],
    ['an empty one', {}],
  ])('ends the session of the access token with %s too, and what the session issued before', async (_what, body) => {
    const first = await signUp();
    const second = { ...first, ...(await refresh(first.refreshToken)).body };
    expect((await logOut(second, body)).status).toBe(204);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect(await Promise.all([first, second].map(isRevoked))).toEqual([true, true]);
  });

  it('leaves other sessions alone: the own ones, and those of others whose token is sent', async () => {
    const [mine, stranger] = [await signUp(), await signUp()];
    const other = (await users.login(mine.user.email)).body;
    expect((await logOut(mine, { refreshToken: stranger.refreshToken })).status).toBe(204);
    expect((await refresh(other.refreshToken)).status).toBe(200);
    expect((await refresh(stranger.refreshToken)).status).toBe(200);
    expect(await isRevoked(stranger)).toBe(false);
  });

  it('can be repeated', async () => {
    const session = await signUp();
    expect([(await logOut(session)).status, (await logOut(session)).status]).toEqual([204, 204]);
  });

  it.each([
    ['without an account', undefined, undefined, 401],
    ['for a service', { userId: 'notification-service', role: 'service' } as const, undefined, 403],
    ['when the identity names no access token', { userId: '0'.repeat(24), role: 'customer' } as const, undefined, 400],
    [
      'with an unknown field',
      { userId: '0'.repeat(24), role: 'customer', token: { id: 'x', expiresAt: 1 } } as const,
      { all: true },
      400,
    ],
  ])('is refused %s', async (_when, as, body, status) => {
    const answer = await users.call('POST', '/api/auth/logout', { ...(as && { as }), body });
    expect(answer.status).toBe(status);
  });
});

describe('ending all sessions', () => {
  it('voids every token of the account, and nobody else’s', async () => {
    const [first, stranger] = [await signUp(), await signUp()];
    const second = (await users.login(first.user.email)).body;
    expect((await logOutEverywhere(first)).status).toBe(204);
    expect(await announcedVersion(first)).toBe('1');
    expect(await users.redis.pttl(`auth:session-version:${first.user.id}`)).toBeGreaterThan(890_000);
    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect((await refresh(stranger.refreshToken)).status).toBe(200);
  });

  it('issues what comes after under the new version', async () => {
    const session = await signUp();
    await logOutEverywhere(session);
    const again = (await users.login(session.user.email)).body;
    expect(claimsOf(again.accessToken).sv).toBe(1);
    expect(claimsOf((await refresh(again.refreshToken)).body.accessToken).sv).toBe(1);
  });

  it('counts each time when it happens many times at once, and announces the highest', async () => {
    const session = await signUp();
    const answers = await Promise.all(Array.from({ length: 10 }, () => logOutEverywhere(session)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204));
    expect(await announcedVersion(session)).toBe('10');
  });

  it('announces no older version after a newer one, in whatever order they are told', async () => {
    const shared = createRedisRevocations(users.redis, () => new Date());
    await shared.announce([{ userId: 'u', version: 3 }]);
    await shared.announce([{ userId: 'u', version: 2 }]);
    expect(await users.redis.get('auth:session-version:u')).toBe('3');
    await shared.announce([{ userId: 'u', version: 10 }]);
    expect(await users.redis.get('auth:session-version:u')).toBe('10');
  });

  it('refuses a session that was opened by a login which read the account before', async () => {
    const { user, refreshToken } = await signUp();
    await users.database.collection('accounts').updateOne({ email: user.email }, { $set: { sessionVersion: 3 } });
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it.each([
    ['without an account', undefined, 401],
    ['for a service', { userId: 'order-service', role: 'service' } as const, 403],
    ['for an account that is gone', { userId: '0'.repeat(24), role: 'customer' } as const, 404],
  ])('is refused %s', async (_when, as, status) => {
    expect((await users.call('POST', '/api/auth/logout-all', { ...(as && { as }) })).status).toBe(status);
  });
});

describe('while Redis is away', () => {
  it('signs out all the same, says what stays valid until when, and revokes it when Redis is back, empty', async () => {
    const [one, other] = [await signUp(), await signUp()];
    await users.redisEngine.kill();
    const answers = [await logOut(one), await logOutEverywhere(other)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[0]?.body).toMatchObject({
      acceptedUntil: new Date(claimsOf(one.accessToken).exp * 1000).toISOString(),
    });
    expect((await refresh(one.refreshToken)).status).toBe(401);
    expect((await refresh(other.refreshToken)).status).toBe(401);
    const ready = await users.call('GET', '/health/ready');
    expect([ready.status, ready.body]).toMatchObject([200, { checks: { mongo: 'up' } }]);

    await users.redisEngine.restart();
    await vi.waitFor(async () => {
      expect(await isRevoked(one)).toBe(true);
      expect(await announcedVersion(other)).toBe('1');
    }, PATIENT);
  });

  it('does not wait for a Redis that hangs', async () => {
    await users.restart({ REDIS_TIMEOUT_MS: '200' });
    await vi.waitFor(async () => {
      const { body } = await users.call('GET', '/health/ready');
      expect(body).toMatchObject({ checks: { redis: 'up' } });
    }, PATIENT);
    const session = await signUp();
    users.redisEngine.pause();
    expect((await logOut(session)).status).toBe(202);
    users.redisEngine.resume();
    await vi.waitFor(async () => expect(await isRevoked(session)).toBe(true), PATIENT);
  });

  it('tells Redis again what it forgot in a crash', async () => {
    const session = await signUp();
    await logOut(session);
    await users.redisEngine.kill();
    await users.redisEngine.restart();
    await vi.waitFor(async () => expect(await isRevoked(session)).toBe(true), PATIENT);
  });

  it('still tells it when this service itself was restarted in between', async () => {
    const session = await signUp();
    await users.redisEngine.kill();
    expect((await logOut(session)).status).toBe(202);
    await users.restart();
    await users.redisEngine.restart();
    await vi.waitFor(async () => expect(await isRevoked(session)).toBe(true), PATIENT);
  });
});
