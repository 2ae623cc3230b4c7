import { createEvent } from '@quickbite/shared/events';
import type { EventData, EventEnvelope } from '@quickbite/shared/events';
import { describe, expect, it } from 'vitest';
import { composeNotifications } from './compose-notifications.js';
import { compileMessages } from './messages.js';
import type { NotifiedEventType } from './notification.js';
import { compileTemplate } from './template.js';

const order: EventData<'order.confirmed'> = {
  orderId: '0123456789abcdef01234567',
  orderVersion: 2,
  customerId: 'c'.repeat(24),
  restaurantId: '1'.repeat(24),
  restaurantName: 'Soup & {{total}} $& Co',
  restaurantOwnerId: 'd'.repeat(24),
  restaurantLocation: { type: 'Point', coordinates: [13.4, 52.5] },
  deliveryLocation: { type: 'Point', coordinates: [13.41, 52.5] },
  total: { amount: 1299, currency: 'EUR' },
  status: 'CONFIRMED',
};
const orderTypes = [
  'order.created',
  'order.confirmed',
  'order.preparing',
  'order.ready',
  'order.out_for_delivery',
  'order.delivered',
  'order.cancelled',
  'order.payment_failed',
] as const;

const assigned = (distanceMeters: number): EventEnvelope<'driver.assigned'> =>
  createEvent('driver.assigned', {
    orderId: order.orderId,
    driverId: 'e'.repeat(24),
    driverUserId: 'f'.repeat(24),
    customerId: order.customerId,
    distanceMeters,
  });

describe('a template', () => {
  it('fills in its placeholders, each as it is', () => {
    const render = compileTemplate('{{a}} and {{b}}, {{a}}', ['a', 'b']);
    expect(render({ a: '{{b}} $1', b: '<b>' })).toBe('{{b}} $1 and <b>, {{b}} $1');
  });

  it.each(['{{c}}', '{{}}', '{{ a }}', '{{constructor}}'])('is refused before it is used when it has %s', (text) => {
    expect(() => compileTemplate(`say ${text}`, ['a', 'b'])).toThrow(`has ${text}; expected one of a, b`);
  });

  it('fails rather than leave a hole', () => {
    expect(() => compileTemplate('{{a}}', ['a'])({})).toThrow('no value for {{a}}');
  });
});

describe('the notifications of an event', () => {
  const NOW = new Date('2026-11-21T12:00:00Z');
  const messages = { messages: compileMessages(), batchWindowMs: 0, now: () => NOW };

  it.each(orderTypes)('tell the customer of %s, in whole sentences', (type) => {
    const event = createEvent<(typeof orderTypes)[number]>(type, order);
    const [first] = composeNotifications(messages, event);
    expect(first).toMatchObject({
      userId: order.customerId,
      eventId: event.id,
      type,
      orderId: order.orderId,
    });
    expect(first?.content.title).not.toBe('');
    expect(first?.content.body).toContain('#234567');
    expect(first?.content.body.replace(order.restaurantName, '')).not.toContain('{{');
  });

  it.each([...orderTypes, 'driver.assigned' as const])('fit every channel when they tell of %s', (type) => {
    const long = {
      ...order,
      restaurantName: 'An extraordinarily long name '.repeat(7),
      total: { amount: 123_456_789, currency: 'EUR' },
    };
    const event: EventEnvelope<NotifiedEventType> =
      type === 'driver.assigned' ? assigned(123_456) : createEvent<(typeof orderTypes)[number]>(type, long);
    for (const { content } of composeNotifications(messages, event)) {
      expect(content.sms.length).toBeLessThanOrEqual(160);
      expect(content.sms).toMatch(/^QuickBite: .*#234567/);
      expect(content.title.length).toBeLessThanOrEqual(40);
      expect(content.email.subject).toContain('#234567');
      expect(JSON.stringify(content)).not.toContain('{{');
    }
  });

  it('begin with the record in the app, a push, and an email where somebody will look for a receipt', () => {
    const deliveriesOf = (type: (typeof orderTypes)[number]) =>
      composeNotifications({ ...messages, batchWindowMs: 5000 }, createEvent<typeof type>(type, order))[0]?.deliveries;
    const inApp = { channel: 'in_app', status: 'sent', attempts: 1, sentAt: NOW };
    const push = { channel: 'push', status: 'pending', attempts: 0, dueAt: new Date(NOW.getTime() + 5000) };
    expect(deliveriesOf('order.ready')).toEqual([inApp, push]);
    expect(deliveriesOf('order.confirmed')).toEqual([
      inApp,
      push,
      { channel: 'email', status: 'pending', attempts: 0, dueAt: NOW },
    ]);
  });

  it('tell the owner of the restaurant of a confirmed order, and of no other', () => {
    const recipients = orderTypes.map((type) => [
      type,
      composeNotifications(messages, createEvent<(typeof orderTypes)[number]>(type, order)).map(({ userId }) => userId),
    ]);
    const others = orderTypes.filter((type) => type !== 'order.confirmed').map((type) => [type, [order.customerId]]);
    expect(Object.fromEntries(recipients)).toEqual({
      ...Object.fromEntries(others),
      'order.confirmed': [order.customerId, order.restaurantOwnerId],
    });
  });

  it.each([
    [{ amount: 1299, currency: 'EUR' }, '12.99 EUR'],
    [{ amount: 5, currency: 'USD' }, '0.05 USD'],
    [{ amount: 1299, currency: 'JPY' }, '1299 JPY'],
    [{ amount: 1299, currency: 'KWD' }, '1.299 KWD'],
  ])('write %o as %s', (total, text) => {
    const [notification] = composeNotifications(messages, createEvent('order.created', { ...order, total }));
    expect(notification?.content.body).toContain(text);
  });

  it.each([
    [849.6, '850 m'],
    [1249, '1.2 km'],
  ])('tell customer and driver that %d metres are %s', (distanceMeters, text) => {
    const event = assigned(distanceMeters);
    const notifications = composeNotifications(messages, event);
    expect(notifications.map(({ userId }) => userId)).toEqual([order.customerId, 'f'.repeat(24)]);
    for (const { content } of notifications) expect(content.body).toContain(text);
  });
});
