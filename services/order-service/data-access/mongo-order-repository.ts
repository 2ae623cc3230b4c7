import { batched, insertEach } from '@quickbite/shared/database';
import type { EventEnvelope } from '@quickbite/shared/events';
import { Types } from 'mongoose';
import type { Model, mongo } from 'mongoose';
import type { Order } from '../domain/order.js';
import type { Expected, OrderRepository } from '../domain/order-repository.js';
import { endedUnpaid } from '../domain/order-states.js';
import { toDocument, toHistoryDocument, toOrder, toSummary } from './order-mapping.js';
import { ORDERS } from './order-model.js';
import type { OrderDocument } from './order-model.js';
import { notPosted, statementLine } from './payment-statement.js';

const WITHOUT_OUTBOX = { outbox: 0 } as const;

/** How orders are stored; asked at each write. */
export interface OrderStorageSettings {
  /** A change names the version that it is based on. */
  readonly optimisticLock: () => boolean;
  /** Instead of the outbox: publishes an event after the change was saved. */
  readonly publishDirectly: () => ((event: EventEnvelope) => Promise<void>) | undefined;
}

const defaults: OrderStorageSettings = { optimisticLock: () => true, publishDirectly: () => undefined };

/**
 * Orders in MongoDB. What every order takes several times goes past Mongoose, which costs more than the database: new orders, and reading
 * by id or by key, in batches when there are many; and the steps.
 */
export function createOrderRepository(
  model: Model<OrderDocument>,
  now: () => Date,
  settings: OrderStorageSettings = defaults,
): OrderRepository {
  const { optimisticLock, publishDirectly } = settings;

  const collection = model.db.collection<OrderDocument>(ORDERS);

  async function tell(event: EventEnvelope): Promise<void> {
    await publishDirectly()?.(event);
  }

  async function findOne(filter: mongo.Filter<OrderDocument>): Promise<Order | undefined> {
    const document = await collection.findOne(filter, { projection: WITHOUT_OUTBOX });
    return document ? toOrder(document) : undefined;
  }

  const findByIds = batched(async (ids: readonly Types.ObjectId[]) => {
    const found = await collection.find({ _id: { $in: [...ids] } }, { projection: WITHOUT_OUTBOX }).toArray();
    const byId = new Map(found.map((document) => [document._id.toHexString(), document]));
    return ids.map((id) => byId.get(id.toHexString()));
  });

  const findByKeys = batched(async (keys: readonly Pick<OrderDocument, 'customerId' | 'idempotencyKey'>[]) => {
    const found = await collection.find({ $or: [...keys] }, { projection: WITHOUT_OUTBOX }).toArray();
    return keys.map(({ customerId, idempotencyKey }) =>
      found.find((one) => one.idempotencyKey === idempotencyKey && one.customerId.equals(customerId)),
    );
  });

  const insert = batched((documents: readonly OrderDocument[]) => insertEach(model.db, ORDERS, documents));

  /** Optimistic locking: the version in the filter makes the write miss when somebody was faster. */
  async function change(
    expected: Expected,
    update: mongo.UpdateFilter<OrderDocument>,
    more: mongo.Filter<OrderDocument> = {},
  ): Promise<Order | undefined> {
    const document = await collection.findOneAndUpdate(
      { _id: new Types.ObjectId(expected.id), ...(optimisticLock() && { version: expected.version }), ...more },
      { ...update, $inc: { version: 1 } },
      { returnDocument: 'after', projection: WITHOUT_OUTBOX, ignoreUndefined: true },
    );
    return document ? toOrder(document) : undefined;
  }

  return {
    newId: () => new Types.ObjectId().toHexString(),
    async create(order, event, { onePending } = { onePending: false }) {
      const created = await insert({
        ...toDocument(order),
        outbox: publishDirectly() ? [] : [event],
        ...(onePending && { pendingKey: `${order.customerId}:${order.restaurantId}` }),
      });
      if (!created) return undefined;
      await tell(event);
      return order;
    },
    async findById(id) {
      const document = await findByIds(new Types.ObjectId(id));
      return document && toOrder(document);
    },
    findPending: async (customerId, restaurantId) =>
      findOne({
        customerId: new Types.ObjectId(customerId),
        restaurantId: new Types.ObjectId(restaurantId),
        status: 'PENDING',
      }),
    async findByIdempotencyKey(customerId, idempotencyKey) {
      const document = await findByKeys({ customerId: new Types.ObjectId(customerId), idempotencyKey });
      return document && toOrder(document);
    },
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
    async takeStep(expected, { entry, event, chargeId, posting }) {
      const update: mongo.UpdateFilter<OrderDocument> = {
        $set: {
          status: entry.to,
          updatedAt: now(),
          ...(chargeId !== undefined && { 'payment.state': 'charged', 'payment.chargeId': chargeId }),
          // What was charged for an order that ends here is due back: the worker must hear of it whatever happens next.
          ...(expected.payment && endedUnpaid.includes(entry.to) && { 'payment.nextAttemptAt': now() }),
        },
        $unset: { pendingKey: 1, ...(chargeId !== undefined && { 'payment.nextAttemptAt': 1 }) },
        $push: {
          history: toHistoryDocument(entry),
          ...(!publishDirectly() && { outbox: event }),
          ...(posting && { paymentStatement: statementLine(posting) }),
        },
      };
      const after = await change(expected, update, posting && notPosted(posting));
      if (after) await tell(event);
      return after;
    },
    assignDriver: (expected, { driverId, driverUserId }) =>
      change(expected, {
        $set: {
          driverId: new Types.ObjectId(driverId),
          driverUserId: new Types.ObjectId(driverUserId),
          updatedAt: now(),
        },
      }),
    async rate(id, rating, event) {
      const document = await model
        .findOneAndUpdate(
          { _id: id, status: 'DELIVERED', rating: { $exists: false } },
          { $set: { rating, updatedAt: now() }, ...(!publishDirectly() && { $push: { outbox: event } }) },
          { returnDocument: 'after', projection: WITHOUT_OUTBOX },
        )
        .lean<OrderDocument>();
      if (document) await tell(event);
      return document ? toOrder(document) : undefined;
    },
    async findPendingSince(before, limit) {
      const documents = await model
        .find({ status: 'PENDING', createdAt: { $lt: before } }, WITHOUT_OUTBOX)
        .sort({ createdAt: 1 })
        .limit(limit)
        .lean<OrderDocument[]>();
      return documents.map(toOrder);
    },
  };
}
