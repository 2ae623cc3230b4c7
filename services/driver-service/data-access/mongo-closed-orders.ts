import { batched, isDuplicateKey } from '@quickbite/shared/database';
import { Schema, Types } from 'mongoose';
import type { Connection } from 'mongoose';
import type { ClosedOrders } from '../domain/driver-repository.js';

interface ClosedOrderDocument {
  readonly _id: Types.ObjectId;
  readonly closedAt: Date;
}

/** Seconds: a week, far longer than any message waits to be delivered again. */
const REMEMBERED_SECONDS = 7 * 24 * 3600;

const schema = new Schema<ClosedOrderDocument>(
  { _id: { type: Schema.Types.ObjectId, required: true }, closedAt: { type: Date, required: true } },
  { collection: 'closed_orders', versionKey: false, strict: 'throw' },
);
schema.index({ closedAt: 1 }, { expireAfterSeconds: REMEMBERED_SECONDS });

/** Closed orders in MongoDB, forgotten after a week. */
export async function createClosedOrders(connection: Connection, now: () => Date): Promise<ClosedOrders> {
  const model = connection.model<ClosedOrderDocument>('ClosedOrder', schema);
  await model.createIndexes();
  // Twice for every order: together where there are many.
  const areClosed = batched(async (ids: readonly Types.ObjectId[]) => {
    const closed = await model.collection.distinct('_id', { _id: { $in: [...ids] } });
    return ids.map((id) => closed.some((one) => id.equals(one)));
  });
  return {
    async close(orderId) {
      try {
        await model.create({ _id: new Types.ObjectId(orderId), closedAt: now() });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    isClosed: async (orderId) => areClosed(new Types.ObjectId(orderId)),
  };
}
