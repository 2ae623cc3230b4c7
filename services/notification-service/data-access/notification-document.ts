import { Schema } from 'mongoose';
import type { Types } from 'mongoose';
import { channels, deliveryStatuses, importances } from '../domain/notification.js';
import type { Content, Delivery, NewNotification, Notification } from '../domain/notification.js';

export const NOTIFICATIONS = 'notifications';

/** A notification as it is stored. */
export interface NotificationDocument extends Omit<NewNotification, 'userId' | 'orderId' | 'deliveries'> {
  readonly _id: Types.ObjectId;
  readonly userId: Types.ObjectId;
  readonly data: { readonly orderId: Types.ObjectId };
  /** Who records the same key a second time is refused. */
  readonly dedupeKey: string;
  readonly deliveries: Delivery[];
  readonly createdAt: Date;
  readonly readAt?: Date;
  /** When something is to be done for it: a delivery that is due, or a claim that has run out. Absent when all is done. */
  readonly nextAt?: Date;
  /** Whoever works on it. */
  readonly claim?: string;
  /** The notification that it was told together with. */
  readonly batchedInto?: Types.ObjectId;
}

const text = { type: String, required: true } as const;

const delivery = new Schema<Delivery>(
  {
    channel: { ...text, enum: channels },
    status: { ...text, enum: deliveryStatuses },
    attempts: { type: Number, required: true },
    reason: String,
    dueAt: Date,
    sentAt: Date,
  },
  { _id: false },
);
const content = new Schema<Content>(
  {
    title: text,
    body: text,
    sms: text,
    email: new Schema<Content['email']>({ subject: text, text }, { _id: false }),
  },
  { _id: false },
);

export const notificationSchema = new Schema<NotificationDocument>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    eventId: text,
    type: text,
    data: { orderId: { type: Schema.Types.ObjectId, required: true } },
    orderVersion: Number,
    importance: { ...text, enum: importances },
    content: { type: content, required: true },
    dedupeKey: text,
    deliveries: [delivery],
    createdAt: { type: Date, required: true },
    readAt: Date,
    nextAt: Date,
    claim: String,
    batchedInto: Schema.Types.ObjectId,
  },
  { collection: NOTIFICATIONS, versionKey: false, strict: 'throw' },
);
// An event that is delivered twice is recorded once, whichever of several consumers gets it.
notificationSchema.index({ dedupeKey: 1 }, { unique: true });
notificationSchema.index({ userId: 1, createdAt: -1, _id: -1 });
// The order first: what is known of several orders is looked up by order alone.
notificationSchema.index({ 'data.orderId': 1, userId: 1, createdAt: -1, _id: -1 });
// Sparse: the worker looks through what there is to do, not through all that was ever done.
notificationSchema.index({ nextAt: 1 }, { sparse: true });
notificationSchema.index({ batchedInto: 1 }, { sparse: true });

/** The plain notification in a document. */
export function toNotification(document: NotificationDocument): Notification {
  const { type, eventId, orderVersion, importance, content: texts, deliveries, createdAt, readAt } = document;
  return {
    id: String(document._id),
    userId: String(document.userId),
    eventId,
    type,
    orderId: String(document.data.orderId),
    orderVersion,
    importance,
    content: texts,
    deliveries,
    createdAt,
    ...(readAt && { readAt }),
  };
}
