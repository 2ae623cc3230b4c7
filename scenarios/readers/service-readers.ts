import type { StartedStack } from '@quickbite/runtime/stack';
import { z } from 'zod';
import { callLab } from '../probes/lab-endpoint.js';
import { readHeapSnapshot } from './heap-snapshot.js';
import type { HeapOptions, HeapSnapshot } from './heap-snapshot.js';

const money = z.looseObject({ amount: z.number(), currency: z.string() });
const ledger = z.looseObject({
  charges: z.array(z.looseObject({ id: z.string(), idempotencyKey: z.string(), amount: money, status: z.string() })),
  refunds: z.array(z.looseObject({ id: z.string(), chargeId: z.string(), amount: money })),
});
const mailbox = z.looseObject({
  items: z.array(
    z.looseObject({ channel: z.string(), userId: z.string(), text: z.string(), subject: z.string().optional() }),
  ),
});
const cache = z.looseObject({
  reads: z.looseObject({
    hit: z.number(),
    stale: z.number(),
    miss: z.number(),
    coalesced: z.number(),
    bypass: z.number(),
    error: z.number(),
  }),
  /** Queries to MongoDB. */
  loads: z.number(),
  /** Commands to Redis: `fired` were sent, `rejected` were not, because the breaker was open. */
  breaker: z.looseObject({ stats: z.looseObject({ fired: z.number(), rejected: z.number() }) }),
  /** Changes that were answered before MongoDB had them. */
  writeBehind: z.looseObject({ pending: z.number(), saved: z.number(), batches: z.number() }),
});

/** What the payment provider took and gave back. */
export type PaymentLedger = z.infer<typeof ledger>;
/** What arrived by email, SMS and push. */
export type Mailbox = z.infer<typeof mailbox>;
/** What the cache of the restaurant service did since its start. */
export type CacheCounts = z.infer<typeof cache>;

const ask = <T>(stack: StartedStack, service: string, path: string, schema: z.ZodType<T>): Promise<T> =>
  callLab({ service, url: stack.process(service).url, labKey: stack.labKey }, path, schema);

/** Reads the payment provider's own books: what was really charged, whatever the order service believes. */
export const readLedger = (stack: StartedStack): Promise<PaymentLedger> =>
  ask(stack, 'payment-provider', '/internal/ledger', ledger);

/** Which messages of the mailbox: of one channel, for one account. */
export interface MailboxFilter {
  readonly channel?: 'email' | 'sms' | 'push';
  readonly userId?: string;
  /** Newest first. Default 1000. */
  readonly limit?: number;
}

/** Reads what really arrived at people. */
export function readMailbox(stack: StartedStack, { limit = 1000, ...filter }: MailboxFilter = {}): Promise<Mailbox> {
  const query = new URLSearchParams({ ...filter, limit: String(limit) });
  return ask(stack, 'notification-service', `/internal/mailbox?${query.toString()}`, mailbox);
}

/** Reads the counts of the restaurant cache. */
export const readCache = (stack: StartedStack): Promise<CacheCounts> =>
  ask(stack, 'restaurant-service', '/internal/cache', cache);

/** V8 walks the heap first, which takes seconds on a busy machine. */
const HEAP_MS = 60_000;

/** Reads what is on the heap of a service. */
export async function readHeap(stack: StartedStack, service: string, options?: HeapOptions): Promise<HeapSnapshot> {
  const answer = await fetch(`${stack.process(service).url}/internal/heap-snapshot`, {
    headers: { 'x-lab-key': stack.labKey },
    signal: AbortSignal.timeout(HEAP_MS),
  });
  if (!answer.ok || !answer.body)
    throw new Error(
      `Expected a heap snapshot of ${service}, got the status ${String(answer.status)}. Look at its log.`,
    );
  return readHeapSnapshot(answer.body, options);
}
