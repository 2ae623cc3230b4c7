import { money } from '@quickbite/shared/http';
import { z } from 'zod';

const createdAt = z.string();
const charge = z.object({
  id: z.string(),
  idempotencyKey: z.string(),
  amount: money,
  status: z.literal('succeeded'),
  createdAt,
});
const refund = charge.extend({ chargeId: z.string() });

const told = { id: z.string(), createdAt, copies: z.int().min(1) };
const webhook = z.discriminatedUnion('type', [
  z.object({ ...told, type: z.literal('charge.succeeded'), data: charge }),
  z.object({
    ...told,
    type: z.literal('charge.declined'),
    data: z.object({ idempotencyKey: z.string(), amount: money }),
  }),
  z.object({ ...told, type: z.literal('refund.succeeded'), data: refund }),
]);

/** One line of the ledger's file. A webhook stands in the line of what it tells of: neither can be written without the other. */
export const ledgerLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('charge'), entry: charge, webhook: webhook.optional() }),
  z.object({ kind: z.literal('refund'), entry: refund, webhook: webhook.optional() }),
  z.object({ kind: z.literal('decline'), webhook }),
  z.object({ kind: z.literal('void'), entry: z.object({ idempotencyKey: z.string() }) }),
  z.object({
    kind: z.literal('delivery'),
    entry: z.object({ webhookId: z.string(), at: z.string(), status: z.int().nullable() }),
  }),
]);
export type LedgerLine = z.infer<typeof ledgerLine>;
