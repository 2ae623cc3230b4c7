import { money } from '@quickbite/shared/http';
import { z } from 'zod';

const idempotencyKey = z.string().min(1).max(200);
const chargeId = z.string().regex(/^ch_[0-9a-f]{24}$/, 'expected the id of a charge, ch_...');
const positiveMoney = money.refine((value) => value.amount > 0, 'expected more than 0');

export const chargeBody = z.strictObject({ idempotencyKey, amount: positiveMoney, token: z.string().min(1).max(200) });
export const chargePath = z.object({ id: chargeId });
export const keyQuery = z.strictObject({ idempotencyKey });
export const keyBody = z.strictObject({ idempotencyKey });
export const refundBody = z.strictObject({ chargeId, idempotencyKey });

export const chargeAnswer = z.strictObject({
  id: chargeId,
  idempotencyKey,
  amount: money,
  status: z.enum(['succeeded', 'refunded']),
  createdAt: z.iso.datetime(),
});

export const refundAnswer = z.strictObject({
  id: z.string().regex(/^re_[0-9a-f]{24}$/),
  chargeId,
  idempotencyKey,
  amount: money,
  status: z.literal('succeeded'),
  createdAt: z.iso.datetime(),
});

export const voidAnswer = z.strictObject({ idempotencyKey, charge: chargeAnswer.nullable() });
