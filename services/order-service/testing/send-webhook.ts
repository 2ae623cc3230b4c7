import { createHmac } from 'node:crypto';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { eur, someId } from './orders.js';
import type { OrderServiceUnderTest } from './start-order-service.js';

/** `t=...,v1=...` over a body, as the provider makes it. */
export function signatureOf(body: string, secret: string, at = new Date()): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** What a webhook says when a test does not say otherwise: somebody paid for somebody's curry and rice twice, 2 km away. */
export function someWebhook(orderId: string, changes: object = {}): object {
  const data = { id: `ch_${someId()}`, idempotencyKey: orderId, amount: eur(3379), status: 'succeeded' };
  const createdAt = new Date().toISOString();
  return { id: `evt_${someId()}`, type: 'charge.succeeded', createdAt, data, ...changes };
}

/** Sends a webhook in the provider's place. */
export function sendWebhook(
  service: Pick<OrderServiceUnderTest, 'call' | 'payments'>,
  webhook: object | string,
  sign: (body: string) => string | undefined = (body) => signatureOf(body, service.payments.webhookSecret),
): Promise<ServiceAnswer> {
  const body = typeof webhook === 'string' ? webhook : JSON.stringify(webhook);
  const signature = sign(body);
  return service.call('POST', '/webhooks/payments', {
    body,
    ...(signature !== undefined && { headers: { 'payment-signature': signature } }),
  });
}
