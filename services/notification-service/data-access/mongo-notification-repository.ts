import { randomUUID } from 'node:crypto';
import { batched, insertEach, updateEach } from '@quickbite/shared/database';
import type { UpdateStatement } from '@quickbite/shared/database';
import { Types } from 'mongoose';
import type { Connection, QueryFilter } from 'mongoose';
import type { ClaimedNotification, NotificationRepository } from '../domain/notification-repository.js';
import type { Delivery, NewNotification } from '../domain/notification.js';
import { NOTIFICATIONS, notificationSchema, toNotification } from './notification-document.js';
import type { NotificationDocument } from './notification-document.js';

/**
 * Notifications in MongoDB, with their indexes. Every order has several, each written three times on its way: what is done for one
 * notification at a time is done in batches when there are many.
 */
export async function createNotificationRepository(
  connection: Connection,
  now: () => Date,
): Promise<NotificationRepository> {
  const model = connection.model<NotificationDocument>('Notification', notificationSchema);
  await model.createIndexes();
  const collection = connection.collection<NotificationDocument>(NOTIFICATIONS);
  const shownInApp = { deliveries: { $elemMatch: { channel: 'in_app', status: 'sent' } } };

  function newDocument(notification: NewNotification, dedupeKey: string): NotificationDocument {
    const { userId, orderId, deliveries, ...rest } = notification;
    const nextAt = nextDue(deliveries);
    return {
      ...rest,
      _id: new Types.ObjectId(),
      userId: new Types.ObjectId(userId),
      data: { orderId: new Types.ObjectId(orderId) },
      deliveries: [...deliveries],
      dedupeKey,
      createdAt: now(),
      ...(nextAt && { nextAt }),
    };
  }

  /** Takes those that have been due for longest; what somebody else takes at the same moment is theirs. */
  async function claim(atMost: number, leaseMs: number): Promise<readonly ClaimedNotification[]> {
    const at = now();
    const isDue = { nextAt: { $lte: at } };
    const due = await collection
      .find(isDue, { projection: { _id: 1 } })
      .sort({ nextAt: 1 })
      .limit(atMost)
      .toArray();
    if (due.length === 0) return [];
    const [ids, token] = [due.map(({ _id }) => _id), randomUUID()];
    const lease = { $set: { claim: token, nextAt: new Date(at.getTime() + leaseMs) } };
    await collection.updateMany({ _id: { $in: ids }, ...isDue }, lease);
    // Read again: what was claimed is as it was then, whatever happened to it since it was found.
    const claimed = await collection
      .find({ _id: { $in: ids }, claim: token })
      .sort({ createdAt: 1, _id: 1 })
      .toArray();
    return claimed.map((document) => ({ ...toNotification(document), claim: token }));
  }

  const insert = batched((documents: readonly NotificationDocument[]) =>
    insertEach(connection, NOTIFICATIONS, documents),
  );

  const findOfOrders = batched(async (asked: readonly OfOrder[]) => {
    const found = await collection
      .find(
        // An order has a handful: looking for each user with each order would take longer than reading those of others.
        { 'data.orderId': { $in: asked.map(({ orderId }) => orderId) } },
        { projection: { userId: 1, 'data.orderId': 1, orderVersion: 1 } },
      )
      .toArray();
    return asked.map(({ userId, orderId }) =>
      found.filter((one) => one.userId.equals(userId) && one.data.orderId.equals(orderId)),
    );
  });

  const claimDue = batched(async (leases: readonly number[]) => {
    const claimed = await claim(leases.length, Math.max(...leases));
    return leases.map((_, n) => claimed[n]);
  });

  const update = batched((updates: readonly UpdateStatement<NotificationDocument>[]) =>
    updateEach(connection, NOTIFICATIONS, updates),
  );

  return {
    record: (notification, dedupeKey) => insert(newDocument(notification, dedupeKey)),
    async knowsNewer({ userId, orderId, orderVersion }) {
      if (orderVersion === undefined) return false;
      const known = await findOfOrders({ userId: new Types.ObjectId(userId), orderId: new Types.ObjectId(orderId) });
      return known.some((one) => (one.orderVersion ?? 0) > orderVersion);
    },

    async list({ userId, orderId }, { page, limit }) {
      const filter = { userId, ...(orderId !== undefined && { 'data.orderId': orderId }), ...shownInApp };
      const [documents, total] = await Promise.all([
        model
          .find(filter)
          .sort({ createdAt: -1, _id: -1 })
          .skip((page - 1) * limit)
          .limit(limit)
          .lean<NotificationDocument[]>(),
        model.countDocuments(filter),
      ]);
      return { items: documents.map(toNotification), page, limit, total };
    },

    async find(id, userId) {
      const filter = { _id: id, ...(userId !== undefined && { userId }) };
      const document = await model.findOne(filter).lean<NotificationDocument>();
      return document ? toNotification(document) : undefined;
    },

    async markRead(id, userId) {
      await model.updateOne({ _id: id, userId, readAt: { $exists: false } }, { $set: { readAt: now() } });
      const document = await model.findOne({ _id: id, userId }).lean<NotificationDocument>();
      return document ? toNotification(document) : undefined;
    },

    claimDue,
    async settle({ id, claim: token }, deliveries) {
      const nextAt = nextDue(deliveries);
      const $set = { deliveries: [...deliveries], ...(nextAt && { nextAt }) };
      const $unset = { claim: 1 as const, ...(!nextAt && { nextAt: 1 as const }) };
      await update({ q: { _id: new Types.ObjectId(id), claim: token }, u: { $set, $unset } });
    },

    async absorb(leader, channel) {
      const { id, userId, orderId } = leader;
      // Only what nobody works on; without a claim of its own, a worker that comes back late finds that it lost it.
      const waiting: QueryFilter<NotificationDocument> = {
        userId,
        'data.orderId': orderId,
        _id: { $ne: id },
        batchedInto: { $exists: false },
        $or: [{ claim: { $exists: false } }, { nextAt: { $lte: now() } }],
        deliveries: { $elemMatch: { channel, status: 'pending', attempts: 0 } },
      };
      await model.updateMany(
        waiting,
        {
          $set: {
            batchedInto: id,
            'deliveries.$[one].status': 'suppressed',
            'deliveries.$[one].reason': `told together with ${id}`,
          },
          $unset: { 'deliveries.$[one].dueAt': 1, claim: 1 },
        },
        { arrayFilters: [{ 'one.channel': channel }] },
      );
      const members = await model
        .find({ $or: [{ _id: id }, { batchedInto: id }] })
        .sort({ createdAt: 1, _id: 1 })
        .lean<NotificationDocument[]>();
      return members.map(({ content }) => content);
    },

    countPending: () => model.countDocuments({ nextAt: { $exists: true } }),
  };
}

interface OfOrder {
  readonly userId: Types.ObjectId;
  readonly orderId: Types.ObjectId;
}

/** When the next of the pending deliveries is to be made; undefined when there is none. */
function nextDue(deliveries: readonly Delivery[]): Date | undefined {
  const times = deliveries.flatMap(({ status, dueAt }) => (status === 'pending' && dueAt ? [dueAt.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
