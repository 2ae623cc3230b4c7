import { AppError } from '@quickbite/shared/errors';
import { endpoint, objectId, pageQuery } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { z } from 'zod';
import type { NotificationRepository } from '../../domain/notification-repository.js';
import type { Notification } from '../../domain/notification.js';
import { notificationAnswer, notificationPage, toAnswer, toTracked, trackedNotification } from './answers.js';

const params = z.object({ id: objectId });

/** What the signed-in account was told. */
export function notificationEndpoints(notifications: NotificationRepository): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/notifications',
      summary: 'List the own notifications, newest first',
      access: 'signed-in',
      query: pageQuery.extend({ orderId: objectId.optional() }).strict(),
      answers: { 200: { description: 'A page of them', schema: notificationPage } },
      async handle({ identity, query: { orderId, page, limit } }) {
        const filter = { userId: identity.userId, ...(orderId !== undefined && { orderId }) };
        const found = await notifications.list(filter, { page, limit });
        return { status: 200, body: { ...found, items: found.items.map(toAnswer) } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/notifications/:id',
      summary: 'Show an own notification, and what became of it on each channel; an admin sees all',
      access: 'signed-in',
      params,
      answers: { 200: { description: 'The notification', schema: trackedNotification } },
      problems: ['not-found'],
      async handle({ identity, params: { id } }) {
        const found = await notifications.find(id, identity.role === 'admin' ? undefined : identity.userId);
        return { status: 200, body: toTracked(existing(found, id)) };
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/notifications/:id/read',
      summary: 'Mark an own notification as read',
      access: 'signed-in',
      params,
      answers: { 200: { description: 'The notification; a second time changes nothing', schema: notificationAnswer } },
      problems: ['not-found'],
      async handle({ identity, params: { id } }) {
        return { status: 200, body: toAnswer(existing(await notifications.markRead(id, identity.userId), id)) };
      },
    }),
  ];
}

/** Somebody else's looks as if it were not there: an id must not tell who was notified. */
function existing(found: Notification | undefined, id: string): Notification {
  if (!found) throw new AppError('not-found', `You have no notification ${id}. GET /api/notifications lists yours.`);
  return found;
}
