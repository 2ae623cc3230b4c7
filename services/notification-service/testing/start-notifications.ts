import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectBroker, createEvent } from '@quickbite/shared/events';
import type { Broker, EventEnvelope } from '@quickbite/shared/events';
import type { Role } from '@quickbite/shared/identity';
import { createKnobs } from '@quickbite/shared/knobs';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import type { RunningService } from '@quickbite/shared/service';
import { createServiceClient, eventually, startEngine } from '@quickbite/shared/testing';
import type { ServiceAnswer, StartedEngine } from '@quickbite/shared/testing';
import { Types } from 'mongoose';
import { expect } from 'vitest';
import type { MailboxEntry } from '../domain/channel.js';
import type { Contact } from '../domain/contact.js';
import type { Delivery, NotifiedEventType } from '../domain/notification.js';
import { notificationKnobs } from '../knobs.js';
import { start } from '../start.js';

const IDENTITY_SECRET = 'an identity secret for the tests only';
const LAB_KEY = 'a lab key for the tests only';

export const newId = (): string => new Types.ObjectId().toHexString();

/** A delivery as the API shows it: times are texts. */
export type ShownDelivery = Omit<Delivery, 'dueAt' | 'sentAt'> & { readonly dueAt?: string; readonly sentAt?: string };

/** The service on real engines, with a user-service that answers what the test says. */
export interface TestNotifications {
  readonly mongo: StartedEngine;
  readonly redis: StartedEngine;
  readonly amqp: StartedEngine;
  readonly broker: Broker;
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  readonly knobs: Knobs<typeof notificationKnobs>;
  /** Accounts of user-service; without an entry there is no such account. `away` makes it answer 503. */
  readonly users: Map<string, Contact> & { away?: boolean };
  /** Makes an account that can be reached on every channel. */
  addUser(change?: Partial<Contact['preferences']>, contact?: Partial<Contact>): string;
  as(
    user: { readonly userId: string; readonly role?: Role } | undefined,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
  ): Promise<ServiceAnswer>;
  /** The only notification of an account, with its deliveries by channel. */
  tracked(userId: string): Promise<Readonly<Record<string, ShownDelivery>>>;
  mailbox(filter: { userId?: string; channel?: string }, port?: number): Promise<readonly MailboxEntry[]>;
  metric(pattern: RegExp): Promise<number>;
  /** The service's time: the real one, moved. */
  readonly clock: { ahead: number };
  /** Starts the service, again after `stopService`. */
  startService(): Promise<RunningService>;
  stopService(): Promise<void>;
  stop(): Promise<void>;
}

export async function startNotifications(): Promise<TestNotifications> {
  const [mongo, redis, amqp] = await Promise.all([startEngine('mongo'), startEngine('redis'), startEngine('amqp')]);
  const users: TestNotifications['users'] = new Map<string, Contact>();
  const userService = createServer((req, res) => {
    const contact = users.get(/^\/api\/users\/(\w+)\/contact$/.exec(req.url ?? '')?.[1] ?? '');
    res.writeHead(users.away ? 503 : contact ? 200 : 404, { 'content-type': 'application/json' });
    res.end(JSON.stringify(contact ?? {}));
  }).listen(0, '127.0.0.1');
  await once(userService, 'listening');
  const AMQP_URL = `amqp://guest:guest@127.0.0.1:${amqp.port}`;
  const env: NodeJS.ProcessEnv = {
    PORT: '0',
    LOG_LEVEL: 'error',
    IDENTITY_SECRET,
    QUICKBITE_LAB_KEY: LAB_KEY,
    QUICKBITE_VALIDATE_ANSWERS: 'true',
    MONGO_URL: `mongodb://127.0.0.1:${mongo.port}/notification_service`,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    AMQP_URL,
    USER_SERVICE_URL: `http://127.0.0.1:${(userService.address() as AddressInfo).port}`,
    CONTACT_KEEP_MS: '0',
  };
  const logger = createLogger({ service: 'test', level: 'error' });
  logger.silent = true;
  const broker = connectBroker({ url: AMQP_URL, service: 'test', logger });
  const knobs = createKnobs(notificationKnobs);
  const clock = { ahead: 0 };
  let service: RunningService | undefined;
  const portOf = (): number => service?.port ?? 0;

  const as: TestNotifications['as'] = (user, method, path) =>
    createServiceClient(portOf(), IDENTITY_SECRET)(method, path, user && { as: { role: 'customer', ...user } });
  return {
    mongo,
    redis,
    amqp,
    broker,
    env,
    knobs,
    users,
    clock,
    get port() {
      return portOf();
    },
    addUser(preferences = {}, contact = {}) {
      const id = newId();
      users.set(id, reachable(id, preferences, contact));
      return id;
    },
    as,
    async tracked(userId) {
      const { body } = await as({ userId }, 'GET', '/api/notifications');
      const { items } = body as { items: { id: string }[] };
      expect(items).toHaveLength(1);
      const one = await as({ userId }, 'GET', `/api/notifications/${items[0]?.id ?? ''}`);
      expect(one.status).toBe(200);
      const { deliveries } = one.body as { deliveries: ShownDelivery[] };
      return Object.fromEntries(deliveries.map((delivery) => [delivery.channel, delivery]));
    },
    async mailbox(filter, port = portOf()) {
      const query = new URLSearchParams({ ...filter, limit: '1000' }).toString();
      const response = await fetch(`http://127.0.0.1:${port}/internal/mailbox?${query}`, {
        headers: { 'x-lab-key': LAB_KEY },
      });
      expect(response.status).toBe(200);
      return ((await response.json()) as { items: MailboxEntry[] }).items;
    },
    async metric(pattern) {
      const text = await (await fetch(`http://127.0.0.1:${portOf()}/metrics`)).text();
      return Number(pattern.exec(text)?.[1] ?? 0);
    },
    async startService() {
      service = await start({ env, knobs, now: () => new Date(Date.now() + clock.ahead) });
      const { port } = service;
      await eventually(() => broker.readiness.check());
      await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200));
      return service;
    },
    async stopService() {
      await service?.close();
      service = undefined;
    },
    async stop() {
      await service?.close();
      await broker.close();
      userService.closeAllConnections();
      userService.close();
      await Promise.all([mongo.stop(), redis.stop(), amqp.stop()]);
    },
  };
}

function reachable(id: string, preferences: Partial<Contact['preferences']>, contact: Partial<Contact>): Contact {
  return {
    id,
    name: 'Ada <Admin>',
    email: `${id}@example.com`,
    phone: '+4915112345678',
    deviceTokens: [`device-of-${id}`],
    ...contact,
    preferences: {
      channels: { email: true, sms: true, push: true, inApp: true },
      quietHours: { enabled: false, from: '22:00', to: '08:00' },
      timeZone: 'UTC',
      ...preferences,
    },
  };
}

/** An event of an order. */
export function orderEvent(
  type: Exclude<NotifiedEventType, 'driver.assigned'>,
  customerId: string,
  { orderId = newId(), ownerId = newId(), orderVersion = 1 } = {},
): EventEnvelope {
  return createEvent<typeof type>(type, {
    orderId,
    orderVersion,
    customerId,
    restaurantId: newId(),
    restaurantName: 'Soup & Co',
    restaurantOwnerId: ownerId,
    restaurantLocation: { type: 'Point', coordinates: [13.4, 52.5] },
    deliveryLocation: { type: 'Point', coordinates: [13.41, 52.5] },
    total: { amount: 1299, currency: 'EUR' },
    status: 'PENDING',
  });
}
