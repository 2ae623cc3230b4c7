import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const told = z.object({ type: z.string(), data: z.object({ idempotencyKey: z.string() }) });
const answer = z.object({ outcome: z.string() });

/** One delivery of a webhook to order-service, and how it answered. */
export interface RelayedWebhook {
  readonly type: string;
  /** The idempotency key that the provider names. */
  readonly key: string;
  readonly status: number;
  readonly outcome: string | undefined;
}

/** Passes webhooks on to whichever instance listens, because the provider starts first and must know an address. */
export interface WebhookRelay {
  /** What was delivered, in the order of the answers. */
  readonly relayed: RelayedWebhook[];
  /** Resolves when the next webhook is sent to its target, answered or not. */
  nextSent(): Promise<void>;
  /** undefined: nobody is there, and the provider is told so. */
  to(port: number | undefined): void;
  handle(req: IncomingMessage, res: ServerResponse): void;
}

export function createWebhookRelay(): WebhookRelay {
  const relayed: RelayedWebhook[] = [];
  let target: number | undefined;
  let onSent = (): void => undefined;

  async function relay(req: IncomingMessage): Promise<number> {
    const body = await text(req);
    if (target === undefined) return 503;
    const answering = fetch(`http://127.0.0.1:${target}/webhooks/payments`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'payment-signature': String(req.headers['payment-signature']),
      },
      body,
    });
    onSent();
    const response = await answering;
    const { type, data } = told.parse(JSON.parse(body));
    const answered = answer.safeParse(await response.json());
    relayed.push({
      type,
      key: data.idempotencyKey,
      status: response.status,
      outcome: answered.data?.outcome,
    });
    return response.status;
  }

  return {
    relayed,
    nextSent: () => new Promise((resolve) => (onSent = resolve)),
    to: (port) => void (target = port),
    handle(req, res) {
      relay(req).then(
        (status) => res.writeHead(status).end(),
        () => req.socket.destroy(),
      );
    },
  };
}
