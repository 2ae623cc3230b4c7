import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '@quickbite/shared/identity';
import type { Identity } from '@quickbite/shared/identity';
import { startUsers } from './testing/start-users.js';
import type { Problem, StartedUsers } from './testing/start-users.js';

const HOME = { label: 'Home', text: '1 Main Street', location: { type: 'Point', coordinates: [13.4, 52.5] } };
const PREFERENCES = {
  channels: { email: false, sms: true, push: false, inApp: true },
  marketing: true,
  quietHours: { enabled: true, from: '21:30', to: '07:00' },
  timeZone: 'Europe/Berlin',
  dailyCap: 5,
};
const DEFAULTS = {
  channels: { email: true, sms: false, push: true, inApp: true },
  marketing: false,
  quietHours: { enabled: false, from: '22:00', to: '08:00' },
  timeZone: 'UTC',
};
const NOBODY: Identity = { userId: '0'.repeat(24), role: 'customer' };
const SERVICE: Identity = { userId: 'notification-service', role: 'service' };

let users: StartedUsers;
let ada: Identity;

beforeAll(async () => {
  users = await startUsers();
  ada = await somebody();
});
afterAll(() => users.stop());

async function somebody(): Promise<Identity> {
  const { user } = (await users.register()).body;
  return { userId: user.id, role: user.role };
}

const contactOf = (id: string) => users.call('GET', `/api/users/${id}/contact`, { as: SERVICE });

/** Each route of somebody's own account, with something that it takes. */
const ownRoutes: readonly (readonly [string, string, unknown])[] = [
  ['GET', '/api/users/me', undefined],
  ['PATCH', '/api/users/me', { name: 'Ada L.' }],
  ['GET', '/api/users/me/addresses', undefined],
  ['POST', '/api/users/me/addresses', HOME],
  ['DELETE', '/api/users/me/addresses/000000000000000000000000', undefined],
  ['GET', '/api/users/me/preferences', undefined],
  ['PUT', '/api/users/me/preferences', PREFERENCES],
  ['PUT', '/api/users/me/devices', { token: 'a-device-of-everybody', platform: 'web' }],
  ['DELETE', '/api/users/me/devices/000000000000000000000000', undefined],
];

describe.each(ownRoutes)('%s %s', (method, path, body) => {
  it('is for everybody who is signed in, and for nobody else', async () => {
    const { userId } = await somebody();
    const statuses = async (...callers: readonly (Identity | string | undefined)[]) => {
      const all: number[] = [];
      for (const as of callers) all.push((await users.call(method, path, { ...(as && { as }), body })).status);
      return all;
    };
    expect(await statuses(undefined, 'forged.by.somebody')).toEqual([401, 401]);
    expect(await statuses(SERVICE)).toEqual([403]);
    const served = await statuses(...roles.map((role) => ({ userId, role })));
    expect(served).toHaveLength(4);
    for (const status of served) expect(status).toBeOneOf(method === 'DELETE' ? [404] : [200, 201, 204]);
  });

  it('is 404 when the account is gone although its token is still good', async () => {
    expect((await users.call(method, path, { as: NOBODY, body })).status).toBe(404);
  });
});

describe('the profile', () => {
  it('is shown to who is signed in', async () => {
    const { user } = (await users.register()).body;
    const own = await users.call('GET', '/api/users/me', { as: { userId: user.id, role: 'customer' } });
    expect([own.status, own.body]).toEqual([200, user]);
  });

  it('changes in what is given, and in nothing else', async () => {
    const as = await somebody();
    const before = (await users.call('GET', '/api/users/me', { as })).body as object;
    const change = (body: unknown) => users.call('PATCH', '/api/users/me', { as, body });
    expect((await change({ phone: '+4915112345678' })).body).toEqual({ ...before, phone: '+4915112345678' });
    expect((await change({ name: ' Augusta ' })).body).toEqual({ ...before, phone: '+4915112345678', name: 'Augusta' });
    expect((await change({ phone: null })).body).toEqual({ ...before, name: 'Augusta' });
  });

  it.each([
    ['nothing', {}, ''],
    ['a phone without its country', { phone: '015112345678' }, 'phone'],
    ['a phone of operators', { phone: { $gt: '' } }, 'phone'],
    ['no name', { name: ' ' }, 'name'],
    ['another role', { role: 'admin' }, ''],
    ['another email', { email: 'other@example.com' }, ''],
    ['another session version', { sessionVersion: 7 }, ''],
    ['another hash', { passwordHash: 'x' }, ''],
  ])('does not change to %s', async (_what, body, path) => {
    const answer = await users.call('PATCH', '/api/users/me', { as: ada, body });
    expect(answer.status).toBe(400);
    expect(new Set((answer.body as Problem).errors?.map((error) => error.path))).toEqual(new Set([path]));
  });

  it('loses no change when two are made at once', async () => {
    const as = await somebody();
    await Promise.all([
      users.call('PATCH', '/api/users/me', { as, body: { name: 'Augusta' } }),
      users.call('PATCH', '/api/users/me', { as, body: { phone: '+4915112345678' } }),
      users.call('PUT', '/api/users/me/preferences', { as, body: PREFERENCES }),
    ]);
    expect((await contactOf(as.userId)).body).toMatchObject({
      name: 'Augusta',
      phone: '+4915112345678',
      preferences: PREFERENCES,
    });
  });
});

describe('addresses', () => {
  it('are added, listed in that order, and deleted', async () => {
    const as = await somebody();
    const work = { label: 'Work', location: HOME.location };
    const added = [
      await users.call('POST', '/api/users/me/addresses', { as, body: HOME }),
      await users.call('POST', '/api/users/me/addresses', { as, body: work }),
    ];
    expect(added.map(({ status }) => status)).toEqual([201, 201]);
    const [home, office] = added.map(({ body }) => body as { id: string });
    expect(home).toEqual({ id: expect.stringMatching(/^[0-9a-f]{24}$/) as unknown, ...HOME });
    const list = async () => (await users.call('GET', '/api/users/me/addresses', { as })).body;
    expect(await list()).toEqual({ items: [home, office], page: 1, limit: 20, total: 2 });

    const remove = () => users.call('DELETE', `/api/users/me/addresses/${home?.id}`, { as });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await list()).toEqual({ items: [office], page: 1, limit: 20, total: 1 });
  });

  it('are at most 20, also when many are added at once', async () => {
    const as = await somebody();
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => users.call('POST', '/api/users/me/addresses', { as, body: HOME })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
    expect((await users.call('GET', '/api/users/me/addresses', { as })).body).toMatchObject({ total: 20 });
  });

  it('are deleted by their owner only', async () => {
    const { id } = (await users.call('POST', '/api/users/me/addresses', { as: ada, body: HOME })).body as {
      id: string;
    };
    const remove = async (as: Identity) => (await users.call('DELETE', `/api/users/me/addresses/${id}`, { as })).status;
    expect(await remove(await somebody())).toBe(404);
    expect(await remove(ada)).toBe(204);
  });

  it.each([
    ['no label', { ...HOME, label: '' }],
    ['a longitude that is none', { ...HOME, location: { type: 'Point', coordinates: [181, 0] } }],
    ['one coordinate', { ...HOME, location: { type: 'Point', coordinates: [1] } }],
    ['an id of its own choice', { ...HOME, id: '0'.repeat(24) }],
  ])('are refused with %s', async (_what, body) => {
    expect((await users.call('POST', '/api/users/me/addresses', { as: ada, body })).status).toBe(400);
  });

  it('have ids, so that anything else is refused', async () => {
    expect((await users.call('DELETE', '/api/users/me/addresses/home', { as: ada })).status).toBe(400);
  });
});

describe('preferences', () => {
  it('are the defaults until somebody chooses, and then what they chose', async () => {
    const as = await somebody();
    const read = async () => (await users.call('GET', '/api/users/me/preferences', { as })).body;
    expect(await read()).toEqual(DEFAULTS);
    const chosen = await users.call('PUT', '/api/users/me/preferences', { as, body: PREFERENCES });
    expect([chosen.status, chosen.body, await read()]).toEqual([200, PREFERENCES, PREFERENCES]);
    const { dailyCap: _, ...uncapped } = PREFERENCES;
    await users.call('PUT', '/api/users/me/preferences', { as, body: uncapped });
    expect(await read()).toEqual(uncapped);
  });

  it.each([
    ['a time zone that there is not', { timeZone: 'Europe/Atlantis' }, 'timeZone'],
    ['an offset for a time zone', { timeZone: '+02:00' }, 'timeZone'],
    ['hours beyond the day', { quietHours: { enabled: true, from: '24:00', to: '07:00' } }, 'quietHours.from'],
    ['half of a time', { quietHours: { enabled: true, from: '22:00', to: '7' } }, 'quietHours.to'],
    ['a channel that there is not', { channels: { ...PREFERENCES.channels, fax: true } }, 'channels'],
    ['not all channels', { channels: { email: true } }, 'channels.sms,channels.push,channels.inApp'],
    ['a negative cap', { dailyCap: -1 }, 'dailyCap'],
    ['text for a flag', { marketing: 'yes' }, 'marketing'],
  ])('are refused with %s', async (_what, change, paths) => {
    const body = { ...PREFERENCES, ...change };
    const answer = await users.call('PUT', '/api/users/me/preferences', { as: ada, body });
    expect(answer.status).toBe(400);
    expect((answer.body as Problem).errors?.map(({ path }) => path).join()).toBe(paths);
  });
});

describe('devices', () => {
  const register = (as: Identity, token: string) =>
    users.call('PUT', '/api/users/me/devices', { as, body: { token, platform: 'ios' } });
  const tokensOf = async ({ userId }: Identity) =>
    ((await contactOf(userId)).body as { deviceTokens: readonly string[] }).deviceTokens;
  const token = (n: number) => `a-token-of-a-device:${n}`;

  it('get messages, the latest first, each once however often it is registered', async () => {
    const as = await somebody();
    for (const n of [1, 2, 1]) expect((await register(as, token(n))).status).toBe(200);
    expect(await tokensOf(as)).toEqual([token(1), token(2)]);
    await Promise.all([1, 2, 3, 4].map(() => register(as, token(5))));
    expect((await tokensOf(as)).filter((one) => one === token(5))).toHaveLength(1);
  });

  it('are at most ten: the oldest makes room', async () => {
    const as = await somebody();
    for (let n = 10; n < 22; n += 1) await register(as, token(n));
    expect(await tokensOf(as)).toEqual([21, 20, 19, 18, 17, 16, 15, 14, 13, 12].map(token));
  });

  it('leave the account that had them before', async () => {
    const [before, after] = [await somebody(), await somebody()];
    await register(before, token(30));
    await register(after, token(30));
    expect([await tokensOf(before), await tokensOf(after)]).toEqual([[], [token(30)]]);
  });

  it('are removed by their owner only', async () => {
    const as = await somebody();
    const { body } = await register(as, token(40));
    expect(body).toEqual({ id: expect.stringMatching(/^[0-9a-f]{24}$/) as unknown, platform: 'ios' });
    const remove = async (who: Identity) =>
      (await users.call('DELETE', `/api/users/me/devices/${(body as { id: string }).id}`, { as: who })).status;
    expect([await remove(ada), await remove(as), await remove(as)]).toEqual([404, 204, 404]);
  });

  it.each([
    ['a short token', { token: 'short', platform: 'ios' }],
    ['an operator for a token', { token: { $ne: '' }, platform: 'ios' }],
    ['a platform that there is not', { token: token(1), platform: 'fridge' }],
  ])('are refused with %s', async (_what, body) => {
    expect((await users.call('PUT', '/api/users/me/devices', { as: ada, body })).status).toBe(400);
  });

  it('have ids, so that anything else is refused: a token in a path would be in logs', async () => {
    expect((await users.call('DELETE', `/api/users/me/devices/${token(1)}`, { as: ada })).status).toBe(400);
  });
});

describe('the contact of an account', () => {
  it('tells a service how to reach somebody, with preferences that nobody had to choose', async () => {
    const { user } = (await users.register()).body;
    const answer = await contactOf(user.id);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: user.id,
      name: 'Ada',
      email: user.email,
      deviceTokens: [],
      preferences: DEFAULTS,
    });
  });

  it('is for services only: not for its owner, nor for an admin', async () => {
    const path = `/api/users/${ada.userId}/contact`;
    expect((await users.call('GET', path)).status).toBe(401);
    for (const role of roles)
      expect((await users.call('GET', path, { as: { userId: ada.userId, role } })).status).toBe(403);
  });

  it('is 404 for nobody, and 400 for what cannot be an id', async () => {
    expect((await contactOf(NOBODY.userId)).status).toBe(404);
    expect((await contactOf('me')).status).toBe(400);
  });
});
