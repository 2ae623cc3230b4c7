import { createEvent } from '@quickbite/shared/events';
import type { EventEnvelope } from '@quickbite/shared/events';
import { eventually } from '@quickbite/shared/testing';
import mongoose from 'mongoose';
import { z } from 'zod';
import { someId } from './orders.js';
import type { Surroundings } from './start-surroundings.js';

const storedOrder = z.object({
  status: z.string(),
  outbox: z.array(z.object({ type: z.string() })),
  payment: z.object({ state: z.string() }).optional(),
  paymentStatement: z.array(z.object({ type: z.string(), webhookId: z.string() })).default([]),
});

const WITHIN = { withinMs: 40_000 };

/** Looks past order-service into what is on record, and on the broker. */
export interface StoredOrders {
  read(id: string): Promise<z.infer<typeof storedOrder>>;
  /** The events of an order, in order, when none is on its way any more. */
  settledEvents(id: string): Promise<readonly EventEnvelope[]>;
  close(): Promise<void>;
}

export function openStoredOrders({ env, broker, events }: Surroundings): StoredOrders {
  const connection = mongoose.createConnection(env['MONGO_URL'] ?? '');
  const read: StoredOrders['read'] = async (id) =>
    storedOrder.parse(await connection.collection('orders').findOne({ _id: new mongoose.Types.ObjectId(id) }));
  return {
    read,
    async settledEvents(id) {
      await eventually(async () => {
        const { outbox } = await read(id);
        if (outbox.length > 0) throw new Error(`${outbox.length} events of the order ${id} wait in its outbox`);
      }, WITHIN);
      // The broker keeps the order: what was published before this one arrives before it.
      const last = createEvent('restaurant.updated', { restaurantId: someId(), ownerId: someId() });
      // The test's own connection may be on its way back from an outage.
      await eventually(() => broker.publish(last), WITHIN);
      await eventually(() => {
        if (!events.some((event) => event.id === last.id)) throw new Error('the last event has not arrived');
      });
      return events.filter(({ data }) => 'orderId' in data && data.orderId === id);
    },
    close: () => connection.close(),
  };
}
