import { eventually } from '@quickbite/shared/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { notificationKnobs } from './knobs.js';
import { newId, orderEvent, startNotifications } from './testing/start-notifications.js';
import type { ShownDelivery, TestNotifications } from './testing/start-notifications.js';

let test: TestNotifications;

beforeAll(async () => {
  test = await startNotifications();
  await test.startService();
}, 30_000);
afterEach(() => {
  test.users.away = false;
  test.knobs.set(Object.fromEntries(Object.entries(notificationKnobs).map(([name, knob]) => [name, knob.default])));
});
afterAll(() => test.stop());

/** Waits until nothing is pending, and tells what became of the only notification. */
function settled(userId: string): Promise<Readonly<Record<string, ShownDelivery>>> {
  return eventually(async () => {
    const deliveries = await test.tracked(userId);
    expect(Object.values(deliveries).map(({ status }) => status)).not.toContain('pending');
    return deliveries;
  });
}
const statuses = (deliveries: Readonly<Record<string, ShownDelivery>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(deliveries).map(([channel, { status }]) => [channel, status]));

describe('deliveries', () => {
  it('go out as a push, and as an email where it is a receipt', async () => {
    const userId = test.addUser();
    await test.broker.publish(orderEvent('order.confirmed', userId));
    expect(await settled(userId)).toMatchObject({
      in_app: { status: 'sent', attempts: 1 },
      push: { status: 'sent', attempts: 1, sentAt: expect.any(String) as string },
      email: { status: 'sent', attempts: 1 },
    });
    const [push] = await test.mailbox({ userId, channel: 'push' });
    expect(push).toMatchObject({ to: [`device-of-${userId}`], subject: 'Order confirmed' });
    const [email] = await test.mailbox({ userId, channel: 'email' });
    expect(email).toMatchObject({
      to: [`${userId}@example.com`],
      subject: expect.stringMatching(/^Receipt for order #\w{6}$/) as string,
      text: expect.stringContaining('Hello Ada <Admin>,\n\nYou paid 12.99 EUR') as string,
      html: expect.stringContaining('<p>Hello Ada &lt;Admin&gt;,</p>') as string,
      raw: expect.stringMatching(/^From: QuickBite <orders@quickbite.example>\n[^]*multipart\/alternative/) as string,
    });
    expect(await test.mailbox({ userId, channel: 'sms' })).toEqual([]);
  });

  it.each([
    ['nobody has a device', {}, { deviceTokens: [] }, { push: 'suppressed', sms: 'sent' }],
    ['push is turned off', { push: false }, {}, { push: 'suppressed', sms: 'sent' }],
    [
      'push and SMS are turned off',
      { push: false, sms: false },
      {},
      { push: 'suppressed', sms: 'suppressed', email: 'sent' },
    ],
    [
      'everything is turned off',
      { push: false, sms: false, email: false },
      {},
      { push: 'suppressed', sms: 'suppressed', email: 'suppressed' },
    ],
  ])('take the next channel when %s', async (_why, off, contact, expected) => {
    const userId = test.addUser({ channels: { email: true, sms: true, push: true, inApp: true, ...off } }, contact);
    await test.broker.publish(orderEvent('order.ready', userId));
    expect(statuses(await settled(userId))).toEqual({ in_app: 'sent', ...expected });
  });

  it('fall back from push to SMS to email when providers are down', async () => {
    test.knobs.set({ 'channel.push.down': true, 'channel.sms.down': true, 'delivery.attempts': 2 });
    const userId = test.addUser();
    await test.broker.publish(orderEvent('order.ready', userId));
    expect(await settled(userId)).toMatchObject({
      push: { status: 'failed', attempts: 2, reason: 'the push provider is down' },
      sms: { status: 'failed', attempts: 2, reason: 'the sms provider is down' },
      email: { status: 'sent', attempts: 1 },
    });
  });

  it('end where they fail when there is no fallback', async () => {
    test.knobs.set({ 'channel.push.down': true, 'delivery.attempts': 1, 'fallback.enabled': false });
    const userId = test.addUser();
    await test.broker.publish(orderEvent('order.ready', userId));
    expect(statuses(await settled(userId))).toEqual({ in_app: 'sent', push: 'failed' });
    expect(await test.mailbox({ userId })).toEqual([]);
  });

  it('are tried again when a provider refuses now and then, the same ones for the same seed', async () => {
    const attemptsOf = async (): Promise<readonly number[]> => {
      test.knobs.set({ 'channel.push.failRate': 0.5, 'delivery.attempts': 20, 'channel.seed': 7 });
      const attempts: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const userId = test.addUser();
        await test.broker.publish(orderEvent('order.ready', userId));
        attempts.push((await settled(userId))['push']?.attempts ?? 0);
      }
      return attempts;
    };
    const first = await attemptsOf();
    expect(Math.max(...first)).toBeGreaterThan(1);
    expect(await attemptsOf()).toEqual(first);
  }, 30_000);

  it('arrive once when the answers of the provider are lost, and as often as they are tried with a new key each time', async () => {
    for (const [sameKey, arrived] of [
      [true, 1],
      [false, 3],
    ] as const) {
      test.knobs.set({ 'channel.push.lostAnswers': 1, 'fallback.enabled': false, 'delivery.sameKey': sameKey });
      const userId = test.addUser();
      await test.broker.publish(orderEvent('order.ready', userId));
      expect((await settled(userId))['push']).toMatchObject({ status: 'failed', attempts: 3 });
      expect(await test.mailbox({ userId, channel: 'push' })).toHaveLength(arrived);
    }
  });

  it('are not shown in the app to who does not want that, and stay on record', async () => {
    const userId = test.addUser({ channels: { email: true, sms: true, push: true, inApp: false } });
    await test.broker.publish(orderEvent('order.ready', userId));
    await eventually(async () => expect(await test.mailbox({ userId })).toHaveLength(1));
    await eventually(async () =>
      expect((await test.as({ userId }, 'GET', '/api/notifications')).body).toMatchObject({ total: 0 }),
    );
  });

  it('wait for user-service while it is away, and are in the app at once', async () => {
    test.users.away = true;
    const userId = test.addUser();
    await test.broker.publish(orderEvent('order.ready', userId));
    await eventually(async () =>
      expect(await test.tracked(userId)).toMatchObject({
        in_app: { status: 'sent' },
        push: { status: 'pending', attempts: 0, reason: 'user-service cannot say how to reach the recipient' },
      }),
    );
    expect(await test.mailbox({ userId })).toEqual([]);
    test.users.away = false;
    expect(statuses(await settled(userId))).toEqual({ in_app: 'sent', push: 'sent' });
  });

  it('are suppressed when there is no such account', async () => {
    const userId = newId();
    await test.broker.publish(orderEvent('order.ready', userId));
    expect((await settled(userId))['push']).toMatchObject({
      status: 'suppressed',
      reason: 'there is no such account',
    });
  });
});

describe('daily caps', () => {
  it('end the messages of a channel for the day, and nothing else', async () => {
    test.knobs.set({ 'cap.push': 2 });
    const userId = test.addUser();
    await Promise.all(Array.from({ length: 6 }, () => test.broker.publish(orderEvent('order.confirmed', userId))));
    await eventually(async () => expect(await test.mailbox({ userId, channel: 'email' })).toHaveLength(6));
    await eventually(async () => expect(await test.metric(/^notifications_pending\{.*\} (\d+)$/m)).toBe(0));
    expect(await test.mailbox({ userId, channel: 'push' })).toHaveLength(2);
    expect(await test.mailbox({ userId, channel: 'sms' })).toHaveLength(0);
    test.clock.ahead += 24 * 3600 * 1000;
    await test.broker.publish(orderEvent('order.ready', userId));
    await eventually(async () => expect(await test.mailbox({ userId, channel: 'push' })).toHaveLength(3));
  });

  it('of the recipient count a notification once, whatever it takes', async () => {
    const userId = test.addUser({ dailyCap: 2 });
    await Promise.all(Array.from({ length: 4 }, () => test.broker.publish(orderEvent('order.confirmed', userId))));
    await eventually(async () => expect(await test.mailbox({ userId })).toHaveLength(4));
    await eventually(async () => expect(await test.metric(/^notifications_pending\{.*\} (\d+)$/m)).toBe(0));
    expect(await test.mailbox({ userId, channel: 'push' })).toHaveLength(2);
    expect(await test.mailbox({ userId, channel: 'email' })).toHaveLength(2);
  });
});

describe('the own cap of a recipient', () => {
  const pushesOf = async (userId: string): Promise<readonly (string | undefined)[]> => {
    for (const type of ['order.created', 'order.preparing', 'order.ready', 'order.out_for_delivery'] as const) {
      await test.broker.publish(orderEvent(type, userId));
      await eventually(async () => expect(await test.metric(/^notifications_pending\{.*\} (\d+)$/m)).toBe(0));
    }
    await eventually(async () =>
      expect((await test.as({ userId }, 'GET', '/api/notifications')).body).toMatchObject({ total: 4 }),
    );
    await eventually(async () => expect(await test.metric(/^notifications_pending\{.*\} (\d+)$/m)).toBe(0));
    return (await test.mailbox({ userId, channel: 'push' })).map(({ subject }) => subject);
  };

  it('holds for what is not urgent', async () => {
    const pushes = await pushesOf(test.addUser({ dailyCap: 2 }));
    expect(pushes).toContain('On its way');
    expect(pushes).toHaveLength(3);
  });

  it('swallows what is urgent when importance is off', async () => {
    test.knobs.set({ 'importance.enabled': false });
    const pushes = await pushesOf(test.addUser({ dailyCap: 2 }));
    expect(pushes).not.toContain('On its way');
    expect(pushes).toHaveLength(2);
  });

  it('is not looked at when it is off', async () => {
    test.knobs.set({ 'cap.own': false });
    expect(await pushesOf(test.addUser({ dailyCap: 0 }))).toHaveLength(4);
  });
});

describe('quiet hours', () => {
  /** All but the coming hour before now: quiet for the next 23 hours. */
  const quietNow = (): { enabled: boolean; from: string; to: string } => {
    const at = (minutes: number): string =>
      new Date(Date.now() + test.clock.ahead + minutes * 60_000).toISOString().slice(11, 16);
    return { enabled: true, from: at(-60), to: at(120) };
  };

  it('hold back what is as good in the morning, and survive a restart; emails do not wait', async () => {
    const userId = test.addUser({ quietHours: quietNow() });
    await test.broker.publish(orderEvent('order.cancelled', userId));
    await eventually(async () => expect(await test.mailbox({ userId, channel: 'email' })).toHaveLength(1));
    const { push } = await eventually(async () => {
      const deliveries = await test.tracked(userId);
      expect(deliveries['push']).toMatchObject({ status: 'pending', reason: 'quiet hours' });
      return deliveries;
    });
    const wait = Date.parse(push?.dueAt ?? '') - (Date.now() + test.clock.ahead);
    expect(wait).toBeGreaterThan(118 * 60_000);
    expect(wait).toBeLessThan(121 * 60_000);
    await test.stopService();
    test.clock.ahead += 121 * 60_000;
    await test.startService();
    expect(statuses(await settled(userId))).toEqual({ in_app: 'sent', push: 'sent', email: 'sent' });
    expect(await test.mailbox({ userId, channel: 'push' })).toHaveLength(1);
  });

  it('let pass what somebody has to act on, and leave to the app what the next message overtakes', async () => {
    const [urgent, passing] = [test.addUser({ quietHours: quietNow() }), test.addUser({ quietHours: quietNow() })];
    await test.broker.publish(orderEvent('order.out_for_delivery', urgent));
    await test.broker.publish(orderEvent('order.preparing', passing));
    expect(statuses(await settled(urgent))).toEqual({ in_app: 'sent', push: 'sent' });
    expect((await settled(passing))['push']).toMatchObject({ status: 'suppressed', reason: 'quiet hours' });
    expect(await test.mailbox({ userId: passing })).toEqual([]);
  });

  it('hold everything back, urgent or not, when importance is off', async () => {
    test.knobs.set({ 'importance.enabled': false });
    for (const type of ['order.out_for_delivery', 'order.preparing'] as const) {
      const userId = test.addUser({ quietHours: quietNow() });
      await test.broker.publish(orderEvent(type, userId));
      await eventually(async () =>
        expect(await test.tracked(userId)).toMatchObject({ push: { status: 'pending', reason: 'quiet hours' } }),
      );
    }
  });

  it('come and go with a clock that is set ahead', async () => {
    const hour = 3_600_000;
    const userId = test.addUser({ quietHours: quietNow() });
    test.knobs.set({ 'clock.aheadMs': 3 * hour });
    await test.broker.publish(orderEvent('order.delivered', userId));
    expect(statuses(await settled(userId))).toEqual({ in_app: 'sent', push: 'sent' });
  });

  it('disturb when they are off', async () => {
    test.knobs.set({ 'quietHours.enabled': false });
    const userId = test.addUser({ quietHours: quietNow() });
    await test.broker.publish(orderEvent('order.ready', userId));
    expect(statuses(await settled(userId))).toEqual({ in_app: 'sent', push: 'sent' });
  });
});

describe('batching', () => {
  it('makes one push of several notifications of an order, and not of another', async () => {
    test.knobs.set({ 'batch.windowMs': 1500 });
    const [userId, orderId] = [test.addUser(), newId()];
    for (const type of ['order.preparing', 'order.ready', 'order.out_for_delivery'] as const) {
      await test.broker.publish(orderEvent(type, userId, { orderId }));
      const expected = { 'order.preparing': 1, 'order.ready': 2, 'order.out_for_delivery': 3 }[type];
      await eventually(async () =>
        expect((await test.as({ userId }, 'GET', '/api/notifications')).body).toMatchObject({ total: expected }),
      );
    }
    await test.broker.publish(orderEvent('order.ready', userId));
    await eventually(async () => expect(await test.mailbox({ userId })).toHaveLength(2));
    await eventually(async () => expect(await test.metric(/^notifications_pending\{.*\} (\d+)$/m)).toBe(0));
    const told = await test.mailbox({ userId, channel: 'push' });
    expect(told.map(({ subject }) => subject).sort()).toEqual(['On its way (3 updates)', 'Ready for pick-up']);
    const { body } = await test.as({ userId }, 'GET', `/api/notifications?orderId=${orderId}`);
    const ids = (body as { items: { id: string }[] }).items.map(({ id }) => id);
    const pushes = await Promise.all(
      ids.map(async (id) => {
        const { deliveries } = (await test.as({ userId }, 'GET', `/api/notifications/${id}`)).body as {
          deliveries: ShownDelivery[];
        };
        return deliveries.find(({ channel }) => channel === 'push');
      }),
    );
    expect(pushes.map((push) => push?.status)).toEqual(['suppressed', 'suppressed', 'sent']);
    expect(pushes[0]?.reason).toBe(`told together with ${ids[2] ?? ''}`);
  });
});
