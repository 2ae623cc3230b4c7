import { Router } from 'express';
import type { Ledger } from '../../domain/charge.js';

/** What was taken and given back, for whoever checks that nothing was lost or taken twice; behind the lab key. */
export function ledgerRoute(ledger: Ledger): Router {
  const router = Router();
  router.get('/ledger', (_req, res) => {
    res.json(ledger.contents());
  });
  return router;
}
