import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import type { EventEnvelope } from './envelope.js';
import { exposeOutbox } from './outbox-metrics.js';
import type { OutboxBacklog } from './outbox-metrics.js';

/**
 * Where events wait for publication: inside the documents that they tell of (field `outbox`), written in the same single-document
 * write as the change itself, which MongoDB makes atomic without a transaction.
 */
export interface OutboxStore {
  /** Documents with waiting events, each with its events in order. */
  pending(
    limit: number,
  ): Promise<readonly { readonly documentId: string; readonly events: readonly EventEnvelope[] }[]>;
  /** Forgets a published event. */
  remove(documentId: string, eventId: string): Promise<void>;
  backlog(): Promise<OutboxBacklog>;
}

/** Publishes what the outbox holds, in order within a document, until it is empty; survives any crash, at the price of duplicates. */
export interface OutboxRelay {
  /** Looks now instead of at the next poll: call it after a write. */
  nudge(): void;
  close(): Promise<void>;
}

const defaults = { pollMs: 500, batch: 100 } as const;

export function startOutboxRelay(options: {
  readonly store: OutboxStore;
  readonly publish: (event: EventEnvelope) => Promise<void>;
  readonly logger: Logger;
  /** Where backlog and age are published. */
  readonly metrics?: Metrics;
  readonly pollMs?: number;
}): OutboxRelay {
  const { store, publish, logger, metrics, pollMs = defaults.pollMs } = options;
  if (metrics) exposeOutbox(() => store.backlog(), metrics);
  const stopping = new AbortController();
  let wake = new AbortController();

  async function relayOnce(): Promise<number> {
    const documents = await store.pending(defaults.batch);
    const results = await Promise.allSettled(
      documents.map(async ({ documentId, events }) => {
        for (const event of events) {
          await publish(event);
          await store.remove(documentId, event.id);
        }
      }),
    );
    // Only now, when none of them runs any more: the next round would publish what this one still does.
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return documents.length;
  }

  async function run(): Promise<void> {
    let failing = false;
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      try {
        const relayed = await relayOnce();
        failing = false;
        if (relayed === defaults.batch) continue;
      } catch (error) {
        if (!failing) logger.warn('outbox relay failed; the events stay and are tried again', { error });
        failing = true;
      }
      // While it fails, only the poll wakes it: nudges would turn an outage into a busy loop.
      const signal = failing ? stopping.signal : AbortSignal.any([stopping.signal, wake.signal]);
      await delay(pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    nudge: () => wake.abort(),
    async close() {
      stopping.abort();
      await running;
    },
  };
}
