import { withoutDeadline } from '@quickbite/shared/logging';
import type { Logger } from '@quickbite/shared/logging';
import { createPauses } from './pauses.js';
import { createSlots } from './slots.js';
import { copiesOwed, isTaken } from './webhook.js';
import type { Webhook, WebhookBook } from './webhook.js';

/** Between two attempts, ms: twice as long each time. */
const RETRY = { firstMs: 500, maxMs: 60_000 } as const;
/** Attempts at once: a receiver that hangs holds no more connections than that. */
const AT_ONCE = 16;

/** Webhooks that are being delivered. */
export interface StartedDelivery {
  /** Stops; what is owed is delivered after the next start. */
  close(): Promise<void>;
}

/**
 * Delivers every webhook until its receiver has answered with 2xx, as often as it has copies: those that are owed from before, and
 * each new one. At least once, in no particular order.
 */
export function startDelivery(options: {
  readonly book: WebhookBook;
  /** One attempt. @returns the status, or null without an answer */
  readonly send: (webhook: Webhook) => Promise<number | null>;
  /** ms from the happening to the first attempt. */
  readonly delayMs: () => number;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly random: () => number;
}): StartedDelivery {
  const { book, send, delayMs, logger, now, random } = options;
  let stopping = false;
  const pauses = createPauses();
  const inSlot = createSlots(AT_ONCE);
  const running = new Set<Promise<void>>();

  async function attempt(webhook: Webhook): Promise<boolean> {
    const status = await inSlot(() => (stopping ? Promise.resolve(null) : send(webhook)));
    // Cut off by us: that says nothing about the receiver.
    if (status === null && stopping) return false;
    const delivery = { webhookId: webhook.id, at: now().toISOString(), status };
    book.saveDelivery(delivery);
    return isTaken(delivery);
  }

  async function deliver(webhook: Webhook, copies: number): Promise<void> {
    const due = Date.parse(webhook.createdAt) + delayMs();
    await pauses.pause(Math.max(0, due - now().getTime()));
    for (let left = copies, failures = 0; left > 0 && !stopping;) {
      if (await attempt(webhook)) {
        left -= 1;
        failures = 0;
        continue;
      }
      failures += 1;
      if (failures === 1) logger.warn('a webhook was not taken; it is tried again', { webhookId: webhook.id });
      const pause = Math.min(RETRY.maxMs, RETRY.firstMs * 2 ** (failures - 1));
      await pauses.pause(pause * (0.5 + random() / 2));
    }
  }

  function begin(webhook: Webhook, copies: number): void {
    const delivering = deliver(webhook, copies)
      .catch((error: unknown) => {
        logger.error('a webhook waits for the next start', { webhookId: webhook.id, error });
      })
      .finally(() => running.delete(delivering));
    running.add(delivering);
  }

  for (const record of book.webhooks()) if (copiesOwed(record) > 0) begin(record.webhook, copiesOwed(record));
  // A webhook is delivered when the request that it tells of has long been answered.
  book.onWebhook((webhook) => withoutDeadline(() => begin(webhook, webhook.copies)));
  return {
    async close() {
      stopping = true;
      pauses.end();
      await Promise.all(running);
    },
  };
}
