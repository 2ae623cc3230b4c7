import { isDuplicateKey } from '@quickbite/shared/database';
import { Types } from 'mongoose';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import type { Order } from '../domain/order.js';
import type { Expected, OrderRepository } from '../domain/order-repository.js';
import { toOrder, toSummary } from './order-mapping.js';
import type { OrderDocument } from './order-model.js';

const WITHOUT_OUTBOX = { outbox: 0 } as const;

/** Orders in MongoDB. */
export function createOrderRepository(model: Model<OrderDocument>, now: () => Date): OrderRepository {
  async function findOne(filter: QueryFilter<OrderDocument>): Promise<Order | undefined> {
    const document = await model.findOne(filter, WITHOUT_OUTBOX).lean<OrderDocument>();
    return document ? toOrder(document) : undefined;
  }

  /** Optimistic locking: the version in the filter makes the write miss when somebody was faster. */
  async function change(expected: Expected, update: UpdateQuery<OrderDocument>): Promise<Order | undefined> {
    const document = await model
      .findOneAndUpdate(
        { _id: expected.id, version: expected.version },
        { ...update, $inc: { version: 1 } },
        { returnDocument: 'after', projection: WITHOUT_OUTBOX },
      )
      .lean<OrderDocument>();
    return document ? toOrder(document) : undefined;
  }

  return {
    newId: () => new Types.ObjectId().toHexString(),
    async create({ id, ...order }, event) {
      try {
        await model.create({ ...order, _id: id, outbox: [event] });
        return { id, ...order };
      } catch (error) {
        if (isDuplicateKey(error)) return undefined;
        throw error;
      }
    },
    findById: (id) => findOne({ _id: id }),
    findByIdempotencyKey: (customerId, idempotencyKey) => findOne({ customerId, idempotencyKey }),
    async list(filter, { page, limit }) {
      const [documents, total] = await Promise.all([
        model
          .find(filter, { history: 0, outbox: 0 })
          .sort({ _id: -1 })
          .skip((page - 1) * limit)
          .limit(limit)
          .lean<Omit<OrderDocument, 'history' | 'outbox'>[]>(),
        model.countDocuments(filter),
      ]);
      return { items: documents.map(toSummary), page, limit, total };
    },
    takeStep: (expected, { entry, event, chargeId }) =>
      change(expected, {
        $set: { status: entry.to, updatedAt: now(), ...(chargeId !== undefined && { chargeId }) },
        $push: { history: entry, outbox: event },
      }),
    assignDriver: (expected, { driverId, driverUserId }) =>
      change(expected, { $set: { driverId, driverUserId, updatedAt: now() } }),
    async recordCharge(id, chargeId) {
      await model.updateOne({ _id: id }, { $set: { chargeId } });
    },
    async recordRefund(id, refundId) {
      await model.updateOne({ _id: id }, { $set: { refundId } });
    },
  };
}
