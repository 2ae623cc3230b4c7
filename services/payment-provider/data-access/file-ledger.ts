import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Charge, Refund } from '../domain/charge.js';
import type { Ledger } from '../domain/ledger.js';
import type { Delivery, Webhook, WebhookBook } from '../domain/webhook.js';
import { ledgerLine } from './ledger-lines.js';
import type { LedgerLine } from './ledger-lines.js';

/** A ledger that holds a file open. */
export interface OpenLedger extends Ledger, WebhookBook {
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
  const webhooks = new Map<string, { readonly webhook: Webhook; readonly deliveries: Delivery[] }>();
  const listeners: ((webhook: Webhook) => void)[] = [];

  function remember(line: LedgerLine): void {
    if ('webhook' in line && line.webhook) webhooks.set(line.webhook.id, { webhook: line.webhook, deliveries: [] });
    switch (line.kind) {
      case 'charge':
        charges.set(line.entry.id, line.entry);
        chargeIds.set(line.entry.idempotencyKey, line.entry.id);
        return;
      case 'refund': {
        refunds.set(line.entry.idempotencyKey, line.entry);
        const charge = charges.get(line.entry.chargeId);
        if (charge) charges.set(charge.id, { ...charge, status: 'refunded' });
        return;
      }
      case 'void':
        voids.add(line.entry.idempotencyKey);
        return;
      case 'delivery':
        webhooks.get(line.entry.webhookId)?.deliveries.push(line.entry);
        return;
      case 'decline':
    }
  }

  function append(line: LedgerLine): void {
    writeSync(file, `${JSON.stringify(line)}\n`);
    remember(line);
    if ('webhook' in line && line.webhook) for (const listener of listeners) listener(line.webhook);
  }

  for (const line of replay(file)) remember(line);
  return {
    chargeById: (id) => charges.get(id),
    chargeByKey: (idempotencyKey) => charges.get(chargeIds.get(idempotencyKey) ?? ''),
    saveCharge: (entry, webhook) => append({ kind: 'charge', entry, webhook }),
    saveDecline: (webhook) => append({ kind: 'decline', webhook }),
    refundByKey: (idempotencyKey) => refunds.get(idempotencyKey),
    saveRefund: (entry, webhook) => append({ kind: 'refund', entry, webhook }),
    isVoid: (idempotencyKey) => voids.has(idempotencyKey),
    saveVoid: (idempotencyKey) => append({ kind: 'void', entry: { idempotencyKey } }),
    contents: () => ({ charges: [...charges.values()], refunds: [...refunds.values()] }),
    webhooks: () => [...webhooks.values()],
    saveDelivery: (entry) => append({ kind: 'delivery', entry }),
    onWebhook: (listener) => void listeners.push(listener),
    close: () => closeSync(file),
  };
}

/** Reads the entries, and cuts off a last line that was not written to its end: nobody was told of it. */
function replay(file: number): LedgerLine[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) ftruncateSync(file, end);
  return bytes
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => ledgerLine.parse(JSON.parse(text)));
}
