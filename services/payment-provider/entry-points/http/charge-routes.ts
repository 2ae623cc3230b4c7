import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quickbite/shared/errors';
import { money, parse } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { Router, json } from 'express';
import { z } from 'zod';
import type { Ledger } from '../../domain/charge.js';
import { refundCharge } from '../../domain/refund-charge.js';
import { takeCharge } from '../../domain/take-charge.js';
import type { knobs as knobDefs } from '../../knobs.js';

const idempotencyKey = z.string().min(1).max(200);
const positiveMoney = money.refine((value) => value.amount > 0, 'expected more than 0');
const chargeBody = z.strictObject({ idempotencyKey, amount: positiveMoney, token: z.string().min(1).max(200) });
const chargePath = z.object({ id: z.string().regex(/^ch_[0-9a-f]{24}$/, 'expected the id of a charge, ch_...') });
const refundBody = z.strictObject({ chargeId: chargePath.shape.id, idempotencyKey });

/** The provider's API. */
export function chargeRoutes(dependencies: {
  readonly ledger: Ledger;
  readonly knobs: Knobs<typeof knobDefs>;
  /** In [0, 1): decides on random declines. */
  readonly random: () => number;
}): Router {
  const { ledger, knobs, random } = dependencies;
  const router = Router();
  router.use(json());

  router.post('/charges', async (req, res) => {
    const body = parse(chargeBody, req.body, 'body');
    const { charge, created } = takeCharge({ ledger, declineRate: knobs.get('charge.declineRate'), random }, body);
    await delay(knobs.get('charge.delayMs'));
    res.status(created ? 201 : 200).json(charge);
  });

  router.get('/charges/:id', (req, res) => {
    const { id } = parse(chargePath, req.params, 'path');
    const charge = ledger.chargeById(id);
    if (!charge) throw new AppError('not-found', `There is no charge ${id}.`);
    res.json(charge);
  });

  router.post('/refunds', (req, res) => {
    const { refund, created } = refundCharge(ledger, parse(refundBody, req.body, 'body'));
    res.status(created ? 201 : 200).json(refund);
  });
  return router;
}
