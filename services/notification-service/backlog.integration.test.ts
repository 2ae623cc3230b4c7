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
  test.clock.ahead = 0;
  test.knobs.set(Object.fromEntries(Object.entries(notificationKnobs).map(([name, knob]) => [name, knob.default])));
});
afterAll(() => test.stop());

const handled = (outcome: string): Promise<number> =>
  test.metric(new RegExp(`^messages_total\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'm'));
const titles = async (userId: string): Promise<readonly (string | undefined)[]> =>
  (await test.mailbox({ userId, channel: 'push' })).map(({ subject }) => subject);
const nothingPending = (): Promise<void> =>
  eventually(async () => expect(await test.metric(/^notifications_pending\{.*\} (\d+)$/m)).toBe(0));

describe('a consumer with few workers', () => {
  it('is sent any number of messages without a prefetch, and works on so many at once', async () => {
    test.knobs.set({ 'consumer.prefetch': 0, 'consumer.workers': 2, 'consumer.delayMs': 100 });
    const before = await handled('processed');
    const started = performance.now();
    await Promise.all(Array.from({ length: 10 }, () => test.broker.publish(orderEvent('order.ready', test.addUser()))));
    await eventually(async () =>
      expect(await test.metric(/^queue_messages\{queue="notification-service.events",.*\} (\d+)$/m)).toBe(0),
    );
    await eventually(async () => expect(await handled('processed')).toBe(before + 10));
    // Five rounds of two.
    expect(performance.now() - started).toBeGreaterThan(490);
  });
});

describe('an event that is too old when its turn comes', () => {
  it('is on record in the app, without an alert and without a receipt', async () => {
    test.knobs.set({ 'consumer.staleAfterMs': 60_000 });
    const before = await handled('shed');
    const userId = test.addUser();
    const event = orderEvent('order.confirmed', userId);
    test.clock.ahead = 61_000;
    await test.broker.publish(event);
    await eventually(async () => expect(await handled('shed')).toBe(before + 1));
    expect(await test.tracked(userId)).toEqual({ in_app: expect.objectContaining({ status: 'sent' }) as unknown });
    expect(await test.mailbox({ userId })).toEqual([]);
    test.clock.ahead = 0;
    await test.broker.publish(orderEvent('order.confirmed', userId));
    await eventually(async () => expect(await titles(userId)).toEqual(['Order confirmed']));
  });
});

describe('news of an order that come after newer ones', () => {
  const publishReversed = async (userId: string, orderId: string): Promise<void> => {
    const before = await handled('processed');
    await test.broker.publish(orderEvent('order.delivered', userId, { orderId, orderVersion: 6 }));
    await eventually(async () => expect(await titles(userId)).toEqual(['Delivered']));
    await test.broker.publish(orderEvent('order.out_for_delivery', userId, { orderId, orderVersion: 5 }));
    await eventually(async () => expect(await handled('processed')).toBe(before + 2));
    await nothingPending();
  };
  const listed = async (userId: string): Promise<readonly string[]> => {
    const { body } = await test.as({ userId }, 'GET', '/api/notifications');
    return (body as { items: { type: string }[] }).items.map(({ type }) => type);
  };

  it('are on record and not told', async () => {
    const [userId, orderId] = [test.addUser(), newId()];
    await publishReversed(userId, orderId);
    expect(await titles(userId)).toEqual(['Delivered']);
    expect(await listed(userId)).toEqual(['order.delivered']);
  });

  it('are told where nobody compares versions', async () => {
    test.knobs.set({ 'ordering.strategy': 'none' });
    const [userId, orderId] = [test.addUser(), newId()];
    await publishReversed(userId, orderId);
    expect(await titles(userId)).toEqual(['On its way', 'Delivered']);
    expect(await listed(userId)).toEqual(['order.out_for_delivery', 'order.delivered']);
  });

  it('are told when they are of another order, and a receipt is sent at any time', async () => {
    const [userId, orderId] = [test.addUser(), newId()];
    await publishReversed(userId, orderId);
    await test.broker.publish(orderEvent('order.confirmed', userId, { orderId, orderVersion: 2 }));
    await test.broker.publish(orderEvent('order.ready', userId, { orderVersion: 4 }));
    await eventually(async () => expect(await titles(userId)).toEqual(['Ready for pick-up', 'Delivered']));
    await eventually(async () => expect(await test.mailbox({ userId, channel: 'email' })).toHaveLength(1));
  });

  it('are not told when newer ones came while their own alert was tried again', async () => {
    test.knobs.set({ 'channel.push.down': true });
    const [userId, orderId] = [test.addUser(), newId()];
    const tried = async (): Promise<readonly ShownDelivery[]> => Object.values(await test.tracked(userId));
    await test.broker.publish(orderEvent('order.out_for_delivery', userId, { orderId, orderVersion: 5 }));
    await eventually(async () =>
      expect(await tried()).toContainEqual(expect.objectContaining({ attempts: 1, status: 'pending' })),
    );
    await test.broker.publish(orderEvent('order.delivered', userId, { orderId, orderVersion: 6 }));
    test.knobs.set({ 'channel.push.down': false });
    await nothingPending();
    expect(await titles(userId)).toEqual(['Delivered']);
  });
});
