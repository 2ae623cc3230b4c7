import { objectId, parse } from '@quickbite/shared/http';
import { Router } from 'express';
import { z } from 'zod';
import type { Mailbox } from '../../domain/channel.js';
import { outsideChannels } from '../../domain/notification.js';

const query = z.strictObject({
  channel: z.enum(outsideChannels).exactOptional(),
  userId: objectId.exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** For the lab: what has arrived at the other end of the channels. */
export function mailboxRoutes(mailbox: Mailbox): Router {
  const router = Router();
  router.get('/mailbox', async (req, res) => {
    const { limit, ...filter } = parse(query, req.query, 'query');
    res.json({ items: await mailbox.list(filter, limit) });
  });
  return router;
}
