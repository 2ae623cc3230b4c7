import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRedisLoginThrottle } from './data-access/redis-login-throttle.js';
import { createLocalLoginThrottle } from './domain/local-login-throttle.js';
import type { LoginAttempt, LoginOutcome, LoginThrottle, ThrottleRule } from './domain/login-throttle.js';
import { knobs as definitions } from './knobs.js';
import { someEmail, startUsers } from './testing/start-users.js';
import type { StartedUsers } from './testing/start-users.js';

let users: StartedUsers;
let redis: Redis;

beforeAll(async () => {
  users = await startUsers();
  redis = new Redis(users.redisEngine.port, '127.0.0.1', { retryStrategy: () => 100 });
  redis.on('error', () => undefined);
});
afterAll(async () => {
  redis.disconnect();
  await users.stop();
});

const RULE: ThrottleRule = { failures: 3, windowMs: 60_000, firstWaitMs: 10_000, longestWaitMs: 35_000 };
const SHORT: ThrottleRule = { ...RULE, firstWaitMs: 40, longestWaitMs: 80 };

const PATIENT = { timeout: 10_000, interval: 5 };

/** Attempts at one account that nobody else tries. */
function account(rule: ThrottleRule = RULE): () => LoginAttempt {
  const key = randomUUID();
  return () => ({ ...rule, key, id: randomUUID() });
}

const kinds: [string, () => LoginThrottle][] = [
  ['in Redis', () => createRedisLoginThrottle(redis)],
  ['of one process', () => createLocalLoginThrottle()],
];

describe.each(kinds)('a login throttle %s', (_kind, open) => {
  /** Tries once, when it is admitted. */
  async function attempt(throttle: LoginThrottle, one: LoginAttempt, outcome: LoginOutcome) {
    const verdict = await throttle.admit(one);
    if (verdict.outcome === 'admitted') await throttle.settle(one, outcome);
    return verdict;
  }
  const admitted = async (throttle: LoginThrottle, one: LoginAttempt, outcome: LoginOutcome) =>
    vi.waitFor(async () => expect((await attempt(throttle, one, outcome)).outcome).toBe('admitted'), PATIENT);
  const waitOf = async (throttle: LoginThrottle, one: LoginAttempt) => {
    const verdict = await throttle.admit(one);
    return verdict.outcome === 'refused' ? verdict.waitMs : 0;
  };

  it('admits as many failures as the rule says, and then makes everybody wait', async () => {
    const [throttle, next] = [open(), account()];
    for (let i = 0; i < 3; i += 1) expect((await attempt(throttle, next(), 'failed')).outcome).toBe('admitted');
    const waitMs = await waitOf(throttle, next());
    expect(waitMs).toBeGreaterThan(5000);
    expect(waitMs).toBeLessThanOrEqual(10_000);
  });

  it('doubles the wait with each further failure, up to the longest', async () => {
    const [throttle, next] = [open(), account(SHORT)];
    for (let i = 0; i < 3; i += 1) await attempt(throttle, next(), 'failed');
    await admitted(throttle, next(), 'failed');
    // The wait of the next rule is computed when a failure is settled.
    const key = next().key;
    const later = (): LoginAttempt => ({ ...RULE, key, id: randomUUID() });
    await admitted(throttle, later(), 'failed');
    expect(await waitOf(throttle, later())).toBeGreaterThan(30_000);
    expect(await waitOf(throttle, later())).toBeLessThanOrEqual(35_000);
  });

  it('forgets the failures when one succeeds', async () => {
    const [throttle, next] = [open(), account()];
    for (let i = 0; i < 2; i += 1) await attempt(throttle, next(), 'failed');
    await attempt(throttle, next(), 'succeeded');
    for (let i = 0; i < 3; i += 1) expect((await attempt(throttle, next(), 'failed')).outcome).toBe('admitted');
    expect((await throttle.admit(next())).outcome).toBe('refused');
  });

  it('forgets the failures when the window is over', async () => {
    const [throttle, next] = [open(), account({ ...SHORT, windowMs: 50 })];
    for (let i = 0; i < 2; i += 1) await attempt(throttle, next(), 'failed');
    await vi.waitFor(async () => {
      // Two places mean that no failure is remembered but those of this round.
      const round = [next(), next(), next()];
      const verdicts = await Promise.all(round.map((one) => throttle.admit(one)));
      await Promise.all(round.map((one) => throttle.settle(one, 'abandoned')));
      expect(verdicts.map(({ outcome }) => outcome)).toEqual(['admitted', 'admitted', 'admitted']);
    }, PATIENT);
  });

  it('counts nothing for an attempt that was abandoned', async () => {
    const [throttle, next] = [open(), account()];
    for (let i = 0; i < 9; i += 1) expect((await attempt(throttle, next(), 'abandoned')).outcome).toBe('admitted');
  });

  it('checks no more at the same time than may fail: others wait, and come in when one ends', async () => {
    const [throttle, next] = [open(), account()];
    const many = Array.from({ length: 40 }, next);
    const verdicts = await Promise.all(many.map((one) => throttle.admit(one)));
    const inside = many.filter((_, i) => verdicts[i]?.outcome === 'admitted');
    expect(inside).toHaveLength(3);
    expect(verdicts.filter(({ outcome }) => outcome === 'busy')).toHaveLength(37);
    for (const one of inside) await throttle.settle(one, 'failed');
    expect((await throttle.admit(next())).outcome).toBe('refused');
  });

  it('admits one at a time after a wait', async () => {
    const [throttle, next] = [open(), account(SHORT)];
    for (let i = 0; i < 3; i += 1) await attempt(throttle, next(), 'failed');
    const first = next();
    await vi.waitFor(async () => expect((await throttle.admit(first)).outcome).toBe('admitted'), PATIENT);
    expect((await throttle.admit(next())).outcome).toBe('busy');
  });

  it('keeps accounts apart', async () => {
    const [throttle, next] = [open(), account()];
    for (let i = 0; i < 3; i += 1) await attempt(throttle, next(), 'failed');
    expect((await throttle.admit(account()())).outcome).toBe('admitted');
  });
});

describe('guessing the password of an account', () => {
  afterEach(() => {
    users.knobs.set(Object.fromEntries(Object.entries(definitions).map(([name, { default: value }]) => [name, value])));
  });

  async function registered(): Promise<string> {
    const email = someEmail();
    await users.register({ email });
    return email;
  }
  const guess = async (email: string, times: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i += 1) statuses.push((await users.login(email, 'wrong horse')).status);
    return statuses;
  };

  it('is refused after five, with the time to wait, and so is the right password then', async () => {
    const email = await registered();
    expect(await guess(email, 7)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const right = await users.login(email);
    expect(right.status).toBe(429);
    expect(right.body.type).toBe('https://quickbite.dev/problems/too-many-requests');
    const seconds = Number(right.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('is refused for an email without an account just as well: a refusal tells nothing', async () => {
    expect(await guess(someEmail(), 6)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('gets no further with many guesses at once', async () => {
    const email = await registered();
    const answers = await Promise.all(Array.from({ length: 20 }, () => users.login(email, 'wrong horse')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  it('does not keep out others, nor its owner on devices that are signed in', async () => {
    const { user, refreshToken } = (await users.register()).body;
    await guess(user.email, 6);
    expect((await users.login(await registered())).status).toBe(200);
    expect((await users.call('POST', '/api/auth/refresh', { body: { refreshToken } })).status).toBe(200);
  });

  it('lets the right password in after the wait, and starts anew then', async () => {
    users.knobs.set({ 'login.throttle.firstWaitMs': 1000 });
    const email = await registered();
    expect(await guess(email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    await vi.waitFor(async () => expect((await users.login(email)).status).toBe(200), PATIENT);
    expect(await guess(email, 5)).toEqual([401, 401, 401, 401, 401]);
  });

  it('lets many devices of one account in at the same time', async () => {
    const email = await registered();
    const answers = await Promise.all(Array.from({ length: 10 }, () => users.login(email)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('is unlimited without the throttle', async () => {
    users.knobs.set({ 'login.throttle.enabled': false });
    expect(await guess(await registered(), 8)).toEqual(Array(8).fill(401));
  });

  it('stores no email in Redis', async () => {
    const email = await registered();
    await guess(email, 1);
    const keys = await redis.keys('auth:login:*');
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain(email.slice(0, 8));
  });

  it('is counted, by what became of it', async () => {
    await guess(await registered(), 6);
    const response = await users.call('GET', '/metrics');
    expect(response.body).toMatch(/login_attempts_total\{outcome="failed",service="user-service"\} \d+/);
    expect(response.body).toMatch(/login_attempts_total\{outcome="throttled",service="user-service"\} \d+/);
  });

  it('is limited by this process alone while Redis is away', async () => {
    await users.redisEngine.kill();
    const email = await registered();
    expect(await guess(email, 6)).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await users.login(await registered())).status).toBe(200);
    await users.redisEngine.restart();
  });
});
