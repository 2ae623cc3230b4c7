import { Router } from 'express';
import type { Ledger } from '../../domain/ledger.js';
import { copiesOwed } from '../../domain/webhook.js';
import type { WebhookBook } from '../../domain/webhook.js';

/**
 * What was taken, given back and told, for whoever checks that nothing was lost or happened twice; behind the lab key.
 */
export function ledgerRoutes(ledger: Ledger & WebhookBook): Router {
  const router = Router();
  router.get('/ledger', (_req, res) => {
    res.json(ledger.contents());
  });
  router.get('/webhooks', (_req, res) => {
    const webhooks = ledger.webhooks().map((record) => ({
      ...record.webhook,
      owed: copiesOwed(record),
      deliveries: record.deliveries.map(({ at, status }) => ({ at, status })),
    }));
    res.json({ webhooks });
  });
  return router;
}
