import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { money } from '@quickbite/shared/http';
import { z } from 'zod';
import type { Charge, Ledger, Refund } from '../domain/charge.js';

const line = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('charge'),
    entry: z.object({
      id: z.string(),
      idempotencyKey: z.string(),
      amount: money,
      status: z.literal('succeeded'),
      createdAt: z.string(),
    }),
  }),
  z.object({
    kind: z.literal('refund'),
    entry: z.object({
      id: z.string(),
      chargeId: z.string(),
      idempotencyKey: z.string(),
      amount: money,
      status: z.literal('succeeded'),
      createdAt: z.string(),
    }),
  }),
  z.object({ kind: z.literal('void'), entry: z.object({ idempotencyKey: z.string() }) }),
]);
type Line = z.infer<typeof line>;

/** A ledger that holds a file open. */
export interface OpenLedger extends Ledger {
  close(): void;
}

/**
 * A ledger in `ledger.jsonl` of a folder: each entry is appended before it counts, so that a provider that was killed knows
 * everything that it has answered. It survives the death of the process, not that of the machine: it does not wait for the disk.
 * @throws an Error when a line before the last one is not an entry
 */
export function openLedger(folder: string): OpenLedger {
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, 'ledger.jsonl'), 'a+');
  const charges = new Map<string, Charge>();
  const chargeIds = new Map<string, string>();
  const refunds = new Map<string, Refund>();
  const voids = new Set<string>();

  function remember(entry: Line): void {
    if (entry.kind === 'charge') {
      charges.set(entry.entry.id, entry.entry);
      chargeIds.set(entry.entry.idempotencyKey, entry.entry.id);
    } else if (entry.kind === 'refund') {
      refunds.set(entry.entry.idempotencyKey, entry.entry);
      const charge = charges.get(entry.entry.chargeId);
      if (charge) charges.set(charge.id, { ...charge, status: 'refunded' });
    } else voids.add(entry.entry.idempotencyKey);
  }

  function append(entry: Line): void {
    writeSync(file, `${JSON.stringify(entry)}\n`);
    remember(entry);
  }

  for (const entry of replay(file)) remember(entry);
  return {
    chargeById: (id) => charges.get(id),
    chargeByKey: (idempotencyKey) => charges.get(chargeIds.get(idempotencyKey) ?? ''),
    saveCharge: (charge) => append({ kind: 'charge', entry: { ...charge, status: 'succeeded' } }),
    refundByKey: (idempotencyKey) => refunds.get(idempotencyKey),
    saveRefund: (entry) => append({ kind: 'refund', entry }),
    isVoid: (idempotencyKey) => voids.has(idempotencyKey),
    saveVoid: (idempotencyKey) => append({ kind: 'void', entry: { idempotencyKey } }),
    contents: () => ({ charges: [...charges.values()], refunds: [...refunds.values()] }),
    close: () => closeSync(file),
  };
}

/** Reads the entries, and cuts off a last line that was not written to its end: nobody was told of it. */
function replay(file: number): Line[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) ftruncateSync(file, end);
  return bytes
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => line.parse(JSON.parse(text)));
}
