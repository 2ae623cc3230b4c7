import { createEvent } from '@quickbite/shared/events';
import { eventually } from '@quickbite/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, orderEvent, startNotifications } from './testing/start-notifications.js';
import type { TestNotifications } from './testing/start-notifications.js';

interface Listed {
  readonly items: readonly { readonly id: string; readonly type: string; readonly readAt?: string }[];
  readonly total: number;
}

let test: TestNotifications;

beforeAll(async () => {
  test = await startNotifications();
  await test.startService();
}, 30_000);
afterAll(() => test.stop());

async function list(userId: string, query = ''): Promise<Listed> {
  const { status, body } = await test.as({ userId }, 'GET', `/api/notifications${query}`);
  expect(status).toBe(200);
  return body as Listed;
}
async function notified(): Promise<{ readonly userId: string; readonly id: string }> {
  const userId = test.addUser();
  await test.broker.publish(orderEvent('order.ready', userId));
  return eventually(async () => {
    const [first] = (await list(userId)).items;
    if (!first) throw new Error('expected a notification');
    return { userId, id: first.id };
  });
}

describe('notifications', () => {
  it('tell customer and owner of a confirmed order, each of their own', async () => {
    const [customer, owner, orderId] = [newId(), newId(), newId()];
    await test.broker.publish(orderEvent('order.confirmed', customer, { ownerId: owner, orderId }));
    await eventually(async () => expect((await list(owner)).total).toBe(1));
    const own = await list(customer);
    expect(own).toMatchObject({
      items: [
        { userId: customer, type: 'order.confirmed', title: 'Order confirmed', channel: 'in_app', data: { orderId } },
      ],
      page: 1,
      limit: 20,
      total: 1,
    });
    expect(own.items[0]).not.toHaveProperty('eventId');
  });

  it('tell of a driver both the customer and the driver', async () => {
    const [customerId, driverUserId, orderId] = [newId(), newId(), newId()];
    await test.broker.publish(
      createEvent('driver.assigned', { orderId, driverId: newId(), driverUserId, customerId, distanceMeters: 850 }),
    );
    for (const userId of [customerId, driverUserId])
      await eventually(async () =>
        expect((await list(userId)).items).toMatchObject([{ type: 'driver.assigned', data: { orderId } }]),
      );
  });

  it('are listed newest first, in pages, and those of one order on demand', async () => {
    const [customer, orderId] = [newId(), newId()];
    for (const [index, type] of (['order.created', 'order.confirmed', 'order.delivered'] as const).entries()) {
      await test.broker.publish(orderEvent(type, customer, { orderId }));
      await eventually(async () => expect((await list(customer)).total).toBe(index + 1));
    }
    await test.broker.publish(orderEvent('order.created', customer));
    await eventually(async () => expect((await list(customer)).total).toBe(4));
    const all = await list(customer);
    expect(all.items.map(({ type }) => type)).toEqual([
      'order.created',
      'order.delivered',
      'order.confirmed',
      'order.created',
    ]);
    const page = await list(customer, '?page=2&limit=3');
    expect(page).toMatchObject({ page: 2, limit: 3, total: 4 });
    expect(page.items.map(({ id }) => id)).toEqual([all.items[3]?.id]);
    expect((await list(customer, `?orderId=${orderId}`)).total).toBe(3);
    expect((await list(newId(), `?orderId=${orderId}`)).total).toBe(0);
  });

  it('are shown one by one with their deliveries, to their recipient and to an admin', async () => {
    const { userId, id } = await notified();
    for (const who of [{ userId }, { userId: newId(), role: 'admin' as const }]) {
      const { status, body } = await test.as(who, 'GET', `/api/notifications/${id}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        id,
        userId,
        deliveries: [{ channel: 'in_app', status: 'sent', attempts: 1 }, { channel: 'push' }],
      });
    }
  });

  it('are marked as read once, and keep the time', async () => {
    const { userId, id } = await notified();
    expect((await list(userId)).items[0]).not.toHaveProperty('readAt');
    const first = await test.as({ userId }, 'POST', `/api/notifications/${id}/read`);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ id, readAt: expect.any(String) as string });
    const second = await test.as({ userId }, 'POST', `/api/notifications/${id}/read`);
    expect(second.body).toEqual(first.body);
    expect((await list(userId)).items[0]).toEqual(first.body);
  });

  it.each(['driver', 'restaurant_owner', 'admin', 'customer'] as const)('are there for a %s', async (role) => {
    const { userId, id } = await notified();
    const who = { userId, role };
    expect((await test.as(who, 'GET', '/api/notifications')).status).toBe(200);
    expect((await test.as(who, 'GET', `/api/notifications/${id}`)).status).toBe(200);
    expect((await test.as(who, 'POST', `/api/notifications/${id}/read`)).status).toBe(200);
  });
});

const dead = '/api/notifications/dead-letters';
const some = newId();

describe('a request is refused', () => {
  it.each([
    ['GET', '/api/notifications?limit=0'],
    ['GET', '/api/notifications?limit=101'],
    ['GET', '/api/notifications?page=x'],
    ['GET', '/api/notifications?orderId=1'],
    ['GET', '/api/notifications?orderId[$ne]=1'],
    ['GET', `/api/notifications?userId=${some}`],
    ['GET', '/api/notifications/1'],
    ['POST', '/api/notifications/1/read'],
    ['GET', `${dead}?status=lost`],
    ['GET', `${dead}?queue=x`],
    ['GET', `${dead}/1`],
    ['POST', `${dead}/1/replay`],
    ['DELETE', `${dead}/1`],
  ] as const)('with 400 when it is not valid: %s %s', async (method, path) => {
    const answer = await test.as({ userId: newId(), role: 'admin' }, method, path);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ type: 'https://quickbite.dev/problems/invalid-request' });
  });

  const everything = [
    ['GET', '/api/notifications'],
    ['GET', `/api/notifications/${some}`],
    ['POST', `/api/notifications/${some}/read`],
    ['GET', dead],
    ['GET', `${dead}/${some}`],
    ['POST', `${dead}/${some}/replay`],
    ['DELETE', `${dead}/${some}`],
  ] as const;
  it.each(everything)('with 401 without an account: %s %s', async (method, path) => {
    expect((await test.as(undefined, method, path)).status).toBe(401);
  });

  it.each(everything.slice(3))('with 403 for everybody but an admin: %s %s', async (method, path) => {
    for (const role of ['customer', 'restaurant_owner', 'driver'] as const)
      expect((await test.as({ userId: newId(), role }, method, path)).status).toBe(403);
  });

  it.each(everything.filter(([, path]) => path.includes(some)))(
    'with 404 when there is no such thing: %s %s',
    async (method, path) => {
      const answer = await test.as({ userId: newId(), role: 'admin' }, method, path);
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ type: 'https://quickbite.dev/problems/not-found' });
    },
  );

  it("with 404 when it is somebody else's", async () => {
    const { id } = await notified();
    const stranger = { userId: newId() };
    expect((await test.as(stranger, 'GET', `/api/notifications/${id}`)).status).toBe(404);
    expect((await test.as(stranger, 'POST', `/api/notifications/${id}/read`)).status).toBe(404);
  });

  it('with 404 when it asks for the mailbox without the key of the lab', async () => {
    const url = `http://127.0.0.1:${test.port}/internal/mailbox`;
    expect((await fetch(url)).status).toBe(404);
    const headers = { 'x-lab-key': test.env['QUICKBITE_LAB_KEY'] ?? '' };
    expect((await fetch(url, { headers })).status).toBe(200);
    expect((await fetch(`${url}?channel=in_app`, { headers })).status).toBe(400);
    expect((await fetch(`${url}?userId[$ne]=1`, { headers })).status).toBe(400);
  });
});

describe('dead letters', () => {
  const admin = { userId: newId(), role: 'admin' as const };

  interface Letter {
    readonly id: string;
    readonly messageId: string;
  }
  async function parked(messageId: string, status = 'parked'): Promise<readonly Letter[]> {
    const { body } = await test.as(admin, 'GET', `${dead}?status=${status}&limit=100`);
    return (body as { items: Letter[] }).items.filter((letter) => letter.messageId === messageId);
  }

  it('are kept with their reason, shown, replayed once, and handled then', async () => {
    test.knobs.set({ 'consumer.failAttempts': 100 });
    const userId = test.addUser();
    const event = orderEvent('order.ready', userId);
    await test.broker.publish(event);
    const [letter] = await eventually(
      async () => {
        const letters = await parked(event.id);
        expect(letters).toHaveLength(1);
        return letters;
      },
      { withinMs: 20_000 },
    );
    const id = letter?.id ?? '';
    expect(letter).toMatchObject({
      status: 'parked',
      queue: 'notification-service.events',
      type: 'order.ready',
      correlationId: event.correlationId,
      reason: 'Error: attempt 4 fails because the knob consumer.failAttempts says so',
      attempts: 4,
      replays: 0,
    });
    const shown = await test.as(admin, 'GET', `${dead}/${id}`);
    expect(JSON.parse((shown.body as { body: string }).body)).toEqual(event);
    expect(await test.metric(/^dead_letters\{.*\} (\d+)$/m)).toBeGreaterThan(0);

    test.knobs.set({ 'consumer.failAttempts': 0 });
    const replayed = await test.as(admin, 'POST', `${dead}/${id}/replay`);
    expect(replayed.status).toBe(200);
    expect(replayed.body).toMatchObject({ status: 'replayed', replayedAt: expect.any(String) as string });
    await eventually(async () => expect((await list(userId)).total).toBe(1));
    const again = await test.as(admin, 'POST', `${dead}/${id}/replay`);
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ type: 'https://quickbite.dev/problems/conflict' });
  }, 40_000);

  it('come back as new ones when they fail again, and are thrown away', async () => {
    const garbage = 'not an event';
    await test.broker.sendToQueue('notification-service.events', Buffer.from(garbage), { messageId: 'garbage-1' });
    const [first] = await eventually(async () => {
      const letters = await parked('garbage-1');
      expect(letters).toHaveLength(1);
      return letters;
    });
    expect(first).toMatchObject({ attempts: 1, replays: 0, reason: expect.stringContaining('SyntaxError') as string });
    await test.as(admin, 'POST', `${dead}/${first?.id ?? ''}/replay`);
    const [second] = await eventually(async () => {
      const letters = await parked('garbage-1');
      expect(letters).toHaveLength(1);
      return letters;
    });
    expect(second).toMatchObject({ attempts: 1, replays: 1 });
    expect(await parked('garbage-1', 'replayed')).toHaveLength(1);
    expect((await test.as(admin, 'DELETE', `${dead}/${second?.id ?? ''}`)).status).toBe(204);
    expect((await test.as(admin, 'GET', `${dead}/${second?.id ?? ''}`)).status).toBe(404);
    expect(await parked('garbage-1')).toEqual([]);
  });
});
