import { connectMongo } from '@quickbite/shared/database';
import { createLogger } from '@quickbite/shared/logging';
import { startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewNotification } from '../domain/notification.js';
import type { NotificationRepository } from '../domain/notification-repository.js';
import { newId } from '../testing/start-notifications.js';
import { createNotificationRepository } from './mongo-notification-repository.js';

const LEASE_MS = 60_000;
const DUE = 20;
const ROUNDS = 5;
const logger = createLogger({ service: 'test', level: 'error' });

function dueNotification(more: Partial<NewNotification> = {}): NewNotification {
  return {
    userId: newId(),
    eventId: newId(),
    type: 'order.ready',
    orderId: newId(),
    importance: 'lasting',
    content: { title: 'Ready', body: 'Ready.', sms: 'Ready.', email: { subject: 'Ready', text: 'Ready.' } },
    deliveries: [{ channel: 'push', status: 'pending', attempts: 0, dueAt: new Date() }],
    ...more,
  };
}

describe('notifications in MongoDB', () => {
  let mongo: StartedEngine;
  let one: NotificationRepository;
  let other: NotificationRepository;
  let close: () => Promise<unknown>;
  beforeAll(async () => {
    mongo = await startEngine('mongo');
    const url = `mongodb://127.0.0.1:${mongo.port}/notification_service`;
    const connect = () => connectMongo({ url, service: 'test', logger });
    const connections = await Promise.all([connect(), connect()]);
    close = () => Promise.all(connections.map((connection) => connection.close()));
    const now = () => new Date();
    one = await createNotificationRepository(connections[0], now);
    other = await createNotificationRepository(connections[1], now);
  });
  afterAll(async () => {
    await close();
    await mongo.stop();
  });

  it('are shared by instances that look for due ones at the same moment: each is taken, by one of them only', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const recorded = Array.from({ length: DUE }, () => dueNotification());
      await Promise.all(recorded.map((notification) => one.record(notification, notification.eventId)));
      const claims = await Promise.all(
        [one, other].flatMap((instance) => Array.from({ length: DUE }, () => instance.claimDue(LEASE_MS))),
      );
      const taken = claims.flatMap((claim) => claim?.eventId ?? []);
      expect(taken.sort()).toEqual(recorded.map(({ eventId }) => eventId).sort());
    }
  });

  it('are known as newer for each recipient of each order, asked at the same moment', async () => {
    const [customer, owner, orderId, elsewhere] = [newId(), newId(), newId(), newId()];
    await one.record(dueNotification({ userId: customer, orderId, orderVersion: 5 }), newId());
    await one.record(dueNotification({ userId: owner, orderId: elsewhere, orderVersion: 5 }), newId());
    const asked = [
      [{ userId: customer, orderId, orderVersion: 3 }, true],
      [{ userId: customer, orderId, orderVersion: 5 }, false],
      [{ userId: owner, orderId, orderVersion: 3 }, false],
      [{ userId: owner, orderId: elsewhere, orderVersion: 4 }, true],
      [{ userId: customer, orderId: elsewhere, orderVersion: 4 }, false],
    ] as const;
    expect(await Promise.all(asked.map(([what]) => one.knowsNewer(what)))).toEqual(asked.map(([, known]) => known));
  });
});
