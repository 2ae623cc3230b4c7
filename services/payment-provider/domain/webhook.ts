import type { Money } from '@quickbite/shared/http';
import type { NewCharge, Refund } from './charge.js';

/** An attempt that took nothing: it leaves no charge, and so its webhook is all that remains of it. */
export interface DeclinedAttempt {
  readonly idempotencyKey: string;
  readonly amount: Money;
}

/** What the provider tells its customer of, without being asked. */
export type Happening =
  | { readonly type: 'charge.succeeded'; readonly data: NewCharge }
  | { readonly type: 'charge.declined'; readonly data: DeclinedAttempt }
  | { readonly type: 'refund.succeeded'; readonly data: Refund };

/** A happening on its way to the customer: owed until as many copies as planned have been taken. */
export type Webhook = Happening & {
  readonly id: string;
  readonly createdAt: string;
  /** How often it is delivered: 2 for one that the provider repeats by mistake. */
  readonly copies: number;
};

/** One attempt to deliver a webhook. */
export interface Delivery {
  readonly webhookId: string;
  readonly at: string;
  /** What the receiver answered; null when there was no answer. */
  readonly status: number | null;
}

/** A webhook with everything that was tried. */
export interface WebhookRecord {
  readonly webhook: Webhook;
  readonly deliveries: readonly Delivery[];
}

/** Where the webhooks are written down. What `saveDelivery` has returned from is not forgotten. */
export interface WebhookBook {
  /** All of them, oldest first. */
  webhooks(): readonly WebhookRecord[];
  saveDelivery(delivery: Delivery): void;
  /** Calls back for each new webhook, after it was written. */
  onWebhook(listener: (webhook: Webhook) => void): void;
}

/** A receiver has a webhook when it has answered with 2xx. */
export const isTaken = ({ status }: Delivery): boolean => status !== null && status >= 200 && status < 300;

/** How many copies are still to be delivered. */
export const copiesOwed = ({ webhook, deliveries }: WebhookRecord): number =>
  Math.max(0, webhook.copies - deliveries.filter(isTaken).length);
