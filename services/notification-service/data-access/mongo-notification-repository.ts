import { isDuplicateKey } from '@quickbite/shared/database';
import { Schema } from 'mongoose';
import type { Connection, Types } from 'mongoose';
import type { NotificationRepository } from '../domain/notification-repository.js';
import type { NewNotification, Notification } from '../domain/notification.js';

interface NotificationDocument extends Omit<NewNotification, 'userId' | 'data'> {
  readonly _id: Types.ObjectId;
  readonly userId: Types.ObjectId;
  readonly data: { readonly orderId: Types.ObjectId };
  readonly createdAt: Date;
  readonly readAt?: Date;
}

const schema = new Schema<NotificationDocument>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    eventId: { type: String, required: true },
    type: { type: String, required: true },
    title: { type: String, required: true },
    body: { type: String, required: true },
    channel: { type: String, enum: ['in_app'], required: true },
    data: { orderId: { type: Schema.Types.ObjectId, required: true } },
    createdAt: { type: Date, required: true },
    readAt: Date,
  },
  { collection: 'notifications', versionKey: false, strict: 'throw' },
);
// An event that is delivered twice is recorded once, whichever of several consumers gets it.
schema.index({ eventId: 1, userId: 1, channel: 1 }, { unique: true });
schema.index({ userId: 1, createdAt: -1, _id: -1 });
schema.index({ userId: 1, 'data.orderId': 1, createdAt: -1, _id: -1 });

/** Notifications in MongoDB, with their indexes. */
export async function createNotificationRepository(
  connection: Connection,
  now: () => Date,
): Promise<NotificationRepository> {
  const model = connection.model<NotificationDocument>('Notification', schema);
  await model.createIndexes();
  return {
    async record(notification) {
      try {
        await model.create({ ...notification, createdAt: now() });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    async list({ userId, orderId }, { page, limit }) {
      const filter = { userId, ...(orderId !== undefined && { 'data.orderId': orderId }) };
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
  };
}

function toNotification(document: NotificationDocument): Notification {
  const { type, title, body, channel, readAt } = document;
  return {
    id: String(document._id),
    userId: String(document.userId),
    type,
    title,
    body,
    channel,
    data: { orderId: String(document.data.orderId) },
    createdAt: document.createdAt.toISOString(),
    ...(readAt && { readAt: readAt.toISOString() }),
  };
}
