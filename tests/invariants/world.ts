import type { StartedStack } from '@quickbite/runtime/stack';
import { connect } from 'amqplib';
import type { Channel } from 'amqplib';
import { mongo } from 'mongoose';
import { z } from 'zod';

/** An order as order-service has it. */
export interface OrderRecord {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly status: string;
  readonly version: number;
  readonly customerId: string;
  readonly restaurantOwnerId: string;
  readonly driverId: string | undefined;
  readonly driverUserId: string | undefined;
  readonly total: number;
  readonly history: readonly { readonly from: string | null; readonly to: string; readonly at: Date }[];
  readonly payment: PaymentRecord | undefined;
  readonly updatedAt: Date;
}

interface PaymentRecord {
  readonly state: string;
  readonly chargeId?: string;
  readonly refundId?: string;
  readonly nextAttemptAt?: Date;
}

/** A notification as notification-service has it. */
export interface NotificationRecord {
  readonly id: string;
  readonly eventId: string;
  readonly userId: string;
  readonly type: string;
  readonly deliveries: readonly { readonly channel: string; readonly status: string }[];
}

/** An event as it went through the broker; once, however often it was published. */
export interface EventRecord {
  readonly id: string;
  readonly type: string;
  readonly orderId: string;
  readonly occurredAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the payment provider took and gave back. */
export type Ledger = z.infer<typeof ledger>;

/** A message that was parked: given up. */
export interface ParkedRecord {
  readonly queue: string;
  readonly orderId: string | undefined;
  readonly reason: string;
}

/** The truth: what databases, broker and provider say, past every service. */
export interface World extends AsyncDisposable {
  /** Those that have not ended. */
  openOrders(): Promise<readonly OrderRecord[]>;
  orders(): Promise<readonly OrderRecord[]>;
  notifications(): Promise<readonly NotificationRecord[]>;
  /** Ids of what the channels took, `<notification>:<channel>`; each can be there once. */
  delivered(): Promise<readonly string[]>;
  /** Notifications that have a delivery to come. */
  unsettledNotifications(): Promise<number>;
  /** Drivers who hold an order. */
  heldOrders(): Promise<readonly string[]>;
  /** Events that wait for publication, over all services. */
  outboxes(): Promise<number>;
  /** Messages that wait in the queues of the services. */
  queued(): Promise<number>;
  /** Every event that was ever published. It takes them; ask once. */
  events(): Promise<readonly EventRecord[]>;
  parked(): Promise<readonly ParkedRecord[]>;
  ledger(): Promise<Ledger>;
}

const amount = z.object({ amount: z.int(), currency: z.string() });
const ledger = z.object({
  charges: z.array(z.object({ id: z.string(), idempotencyKey: z.string(), amount, status: z.string() })),
  refunds: z.array(z.object({ id: z.string(), chargeId: z.string(), amount })),
});
const envelope = z.object({
  id: z.string(),
  type: z.string(),
  occurredAt: z.coerce.date(),
  data: z.looseObject({ orderId: z.string().optional() }),
});

const TAP = 'invariants.tap';
/** With how many queues each has for what waits for its next attempt. */
const RETRIES = { 'driver-service.orders': 4, 'order-service.drivers': 3, 'notification-service.events': 3 } as const;
const QUEUES = Object.keys(RETRIES) as (keyof typeof RETRIES)[];
const OUTBOXES = [
  ['order_service', 'orders'],
  ['driver_service', 'drivers'],
  ['restaurant_service', 'restaurants'],
] as const;
const ENDED = ['DELIVERED', 'CANCELLED', 'PAYMENT_FAILED'];

/** Opens the databases and taps the exchange: from here on every event is kept in a durable queue, whatever is killed. */
export async function openWorld(stack: StartedStack): Promise<World> {
  const { port } = stack.process('mongo');
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}`, { serverSelectionTimeoutMS: 1000 });
  await client.connect();
  const amqp = stack.process('rabbitmq').port;
  const withChannel = async <T>(work: (channel: Channel) => Promise<T>): Promise<T> => {
    const connection = await connect(`amqp://guest:guest@127.0.0.1:${amqp}`);
    try {
      return await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  };
  await withChannel(async (channel) => {
    await channel.assertQueue(TAP, { durable: true });
    await channel.bindQueue(TAP, 'quickbite.events', '#');
  });
  const collection = (database: string, name: string) => client.db(database).collection(name);
  const orders = collection('order_service', 'orders');
  const notifications = collection('notification_service', 'notifications');

  return {
    openOrders: async () => (await orders.find({ status: { $nin: ENDED } }).toArray()).map(toOrder),
    orders: async () => (await orders.find().toArray()).map(toOrder),
    notifications: async () => (await notifications.find().toArray()).map(toNotification),
    delivered: async () =>
      (await collection('notification_service', 'mailbox').find().toArray()).map(({ _id }) => String(_id)),
    unsettledNotifications: () => notifications.countDocuments({ nextAt: { $exists: true } }),
    heldOrders: async () => {
      const held = await collection('driver_service', 'drivers')
        .find({ currentOrderId: { $exists: true } })
        .toArray();
      return held.map(({ currentOrderId }) => String(currentOrderId));
    },
    async outboxes() {
      const counts = OUTBOXES.map(([database, name]) =>
        collection(database, name).countDocuments({ 'outbox.id': { $gte: '' } }),
      );
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    queued: () =>
      withChannel(async (channel) => {
        const names = QUEUES.flatMap((queue) => [
          queue,
          ...Array.from({ length: RETRIES[queue] }, (_, n) => `${queue}.retry.${n + 1}`),
        ]);
        const depths = await Promise.all(names.map((name) => channel.checkQueue(name)));
        return depths.reduce((sum, { messageCount }) => sum + messageCount, 0);
      }),
    events: () =>
      withChannel(async (channel) => {
        const found = new Map<string, EventRecord>();
        for (;;) {
          const message = await channel.get(TAP, { noAck: true });
          if (!message) return [...found.values()];
          const { data, ...event } = envelope.parse(JSON.parse(message.content.toString()));
          found.set(event.id, { ...event, orderId: data.orderId ?? '', data });
        }
      }),
    async parked() {
      const kept = await collection('notification_service', 'dead_letters').find().toArray();
      const inQueues = await withChannel(async (channel) => {
        const found: ParkedRecord[] = [];
        for (const queue of QUEUES)
          for (;;) {
            const message = await channel.get(`${queue}.dead`, { noAck: true });
            if (!message) break;
            const reason: unknown = message.properties.headers?.['x-failure-reason'];
            found.push({ queue, orderId: orderIn(message.content.toString()), reason: String(reason) });
          }
        return found;
      });
      return [
        ...inQueues,
        ...kept.map(({ queue, body, reason }) => ({
          queue: String(queue),
          orderId: orderIn(String(body)),
          reason: String(reason),
        })),
      ];
    },
    async ledger() {
      const { url } = stack.process('payment-provider');
      const answer = await fetch(`${url}/internal/ledger`, { headers: { 'x-lab-key': stack.labKey } });
      return ledger.parse(await answer.json());
    },
    async [Symbol.asyncDispose]() {
      await client.close();
    },
  };
}

function orderIn(body: string): string | undefined {
  const parsed = envelope.safeParse(JSON.parse(body));
  return parsed.success ? parsed.data.data.orderId : undefined;
}

function toOrder(document: mongo.WithId<mongo.BSON.Document>): OrderRecord {
  const text = (field: string): string | undefined =>
    document[field] === undefined ? undefined : String(document[field]);
  return {
    id: String(document._id),
    idempotencyKey: text('idempotencyKey') ?? '',
    status: text('status') ?? '',
    version: Number(document['version']),
    customerId: text('customerId') ?? '',
    restaurantOwnerId: text('restaurantOwnerId') ?? '',
    driverId: text('driverId'),
    driverUserId: text('driverUserId'),
    total: (document['total'] as { amount: number }).amount,
    history: document['history'] as OrderRecord['history'],
    payment: document['payment'] as PaymentRecord | undefined,
    updatedAt: document['updatedAt'] as Date,
  };
}

function toNotification(document: mongo.WithId<mongo.BSON.Document>): NotificationRecord {
  return {
    id: String(document._id),
    eventId: String(document['eventId']),
    userId: String(document['userId']),
    type: String(document['type']),
    deliveries: document['deliveries'] as NotificationRecord['deliveries'],
  };
}
