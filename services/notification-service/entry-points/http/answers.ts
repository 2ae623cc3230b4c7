import { objectId } from '@quickbite/shared/http';
import { z } from 'zod';
import { deadLetterStatuses } from '../../domain/dead-letters.js';
import type { DeadLetter } from '../../domain/dead-letters.js';
import { channels, deliveryStatuses } from '../../domain/notification.js';
import type { Delivery, Notification } from '../../domain/notification.js';

const time = z.iso.datetime();
const page = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), page: z.int(), limit: z.int(), total: z.int() });

/** A notification as its recipient sees it in the app. */
export const notificationAnswer = z.strictObject({
  id: objectId,
  userId: objectId,
  type: z.string(),
  title: z.string(),
  body: z.string(),
  channel: z.literal('in_app'),
  data: z.strictObject({ orderId: objectId }),
  createdAt: time,
  readAt: time.optional(),
});
export const notificationPage = page(notificationAnswer);

/** A notification with what became of it on each channel. */
export const trackedNotification = notificationAnswer.extend({
  deliveries: z.array(
    z.strictObject({
      channel: z.enum(channels),
      status: z.enum(deliveryStatuses),
      attempts: z.int().min(0).describe('Times that it was handed to the channel.'),
      reason: z.string().optional().describe('Why it waits, was suppressed, or failed last.'),
      dueAt: time.optional().describe('When it is tried next, while it is pending.'),
      sentAt: time.optional(),
    }),
  ),
});

/** A parked message. */
export const deadLetterAnswer = z.strictObject({
  id: objectId,
  status: z.enum(deadLetterStatuses),
  queue: z.string(),
  messageId: z.string().optional(),
  type: z.string().optional(),
  correlationId: z.string().optional(),
  reason: z.string(),
  attempts: z.int().min(1),
  replays: z.int().min(0).describe('Times that it was parked and replayed before.'),
  parkedAt: time,
  replayedAt: time.optional(),
});
export const deadLetterPage = page(deadLetterAnswer);
export const deadLetterWithBody = deadLetterAnswer.extend({ body: z.string().describe('As it was sent.') });

export function toAnswer({ id, userId, type, content, orderId, createdAt, readAt }: Notification): object {
  const { title, body } = content;
  return { id, userId, type, title, body, channel: 'in_app', data: { orderId }, createdAt, ...(readAt && { readAt }) };
}

export function toTracked(notification: Notification): object {
  return { ...toAnswer(notification), deliveries: notification.deliveries.map(toDelivery) };
}

function toDelivery({ channel, status, attempts, reason, dueAt, sentAt }: Delivery): object {
  return { channel, status, attempts, reason, dueAt, sentAt };
}

export function toDeadLetterAnswer(letter: DeadLetter): object {
  const { id, status, queue, messageId, type, correlationId, reason, attempts, replays, parkedAt, replayedAt } = letter;
  return { id, status, queue, messageId, type, correlationId, reason, attempts, replays, parkedAt, replayedAt };
}
