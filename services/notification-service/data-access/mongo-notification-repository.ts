import { randomUUID } from 'node:crypto';
import { isDuplicateKey } from '@quickbite/shared/database';
import type { Connection, QueryFilter } from 'mongoose';
import type { NotificationRepository } from '../domain/notification-repository.js';
import type { Delivery } from '../domain/notification.js';
import { notificationSchema, toNotification } from './notification-document.js';
import type { NotificationDocument } from './notification-document.js';

/** Notifications in MongoDB, with their indexes. */
export async function createNotificationRepository(
  connection: Connection,
  now: () => Date,
): Promise<NotificationRepository> {
  const model = connection.model<NotificationDocument>('Notification', notificationSchema);
  await model.createIndexes();
  const shownInApp = { deliveries: { $elemMatch: { channel: 'in_app', status: 'sent' } } };

  return {
    async record({ orderId, deliveries, ...notification }, dedupeKey) {
      try {
        const nextAt = nextDue(deliveries);
        await model.create({
          ...notification,
          data: { orderId },
          deliveries: [...deliveries],
          dedupeKey,
          createdAt: now(),
          ...(nextAt && { nextAt }),
        });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    async knowsNewer({ userId, orderId, orderVersion }) {
      if (orderVersion === undefined) return false;
      const newer = { userId, 'data.orderId': orderId, orderVersion: { $gt: orderVersion } };
      return (await model.exists(newer)) !== null;
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

    async claimDue(leaseMs) {
      const claim = randomUUID();
      const at = now();
      const document = await model
        .findOneAndUpdate(
          { nextAt: { $lte: at } },
          { $set: { claim, nextAt: new Date(at.getTime() + leaseMs) } },
          { sort: { nextAt: 1 }, returnDocument: 'after' },
        )
        .lean<NotificationDocument>();
      return document ? { ...toNotification(document), claim } : undefined;
    },

    async settle({ id, claim }, deliveries) {
      const nextAt = nextDue(deliveries);
      await model.updateOne(
        { _id: id, claim },
        nextAt
          ? { $set: { deliveries, nextAt }, $unset: { claim: 1 } }
          : { $set: { deliveries }, $unset: { claim: 1, nextAt: 1 } },
      );
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

/** When the next of the pending deliveries is to be made; undefined when there is none. */
function nextDue(deliveries: readonly Delivery[]): Date | undefined {
  const times = deliveries.flatMap(({ status, dueAt }) => (status === 'pending' && dueAt ? [dueAt.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
