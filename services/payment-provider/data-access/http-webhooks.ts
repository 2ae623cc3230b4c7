import { createUpstream } from '@quickbite/shared/resilience';
import { signWebhook } from '../domain/sign-webhook.js';
import type { Webhook } from '../domain/webhook.js';

/** How long a receiver may take, ms. */
const TIMEOUT_MS = 5000;

/** The door of whoever wants to be told. */
export interface WebhookReceiver {
  /** @returns what it answered; null without an answer */
  send(webhook: Webhook): Promise<number | null>;
  close(): Promise<void>;
}

/** Posts webhooks to a URL, each attempt signed at its own time. */
export function createWebhookReceiver(options: {
  readonly url: string;
  readonly secret: string;
  readonly now: () => Date;
}): WebhookReceiver {
  const { secret, now } = options;
  const { origin, pathname, search } = new URL(options.url);
  const upstream = createUpstream('the receiver of webhooks', origin);
  return {
    async send({ copies: _howOftenIsOurs, ...told }) {
      const body = JSON.stringify(told);
      const headers = { 'content-type': 'application/json', 'payment-signature': signWebhook(body, secret, now()) };
      const request = { method: 'POST', path: `${pathname}${search}`, headers, body, timeoutMs: TIMEOUT_MS } as const;
      return upstream.request(request).then(
        ({ status }) => status,
        () => null,
      );
    },
    close: () => upstream.close(),
  };
}
