import { objectId, pageQuery, parse } from '@quickbite/shared/http';
import type { Authorize } from '@quickbite/shared/http';
import type { Express } from 'express';
import type { NotificationRepository } from '../../domain/notification-repository.js';

const listQuery = pageQuery.extend({ orderId: objectId.optional() }).strict();

/** What the signed-in account was told. */
export function mountNotificationRoutes(
  app: Express,
  { notifications, authorize }: { readonly notifications: NotificationRepository; readonly authorize: Authorize },
): void {
  app.get('/api/notifications', async (req, res) => {
    const { userId } = authorize(req);
    const { orderId, ...page } = parse(listQuery, req.query, 'query');
    res.json(await notifications.list({ userId, ...(orderId !== undefined && { orderId }) }, page));
  });
}
