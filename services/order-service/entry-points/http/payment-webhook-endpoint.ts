import { AppError } from '@quickbite/shared/errors';
import { endpoint, money, objectId, parse } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { z } from 'zod';
import { applyPaymentWebhook } from '../../domain/apply-payment-webhook.js';
import type { WebhookDependencies } from '../../domain/apply-payment-webhook.js';
import type { PaymentWebhook } from '../../domain/payment-webhook.js';
import { readBytes } from './read-bytes.js';
import { SIGNATURE_HEADER, verifyWebhookSignature } from './webhook-signature.js';

const BODY_LIMIT = 100 * 1024;

const id = z.string().min(1).max(200);
const told = z.object({ id, type: z.string(), createdAt: z.iso.datetime() });
const data = z.object({ idempotencyKey: z.string(), amount: money });
const withId = z.object({ data: data.extend({ id }) });
const known = z.discriminatedUnion('type', [
  told.extend({ type: z.literal('charge.succeeded'), ...withId.shape }),
  told.extend({ type: z.literal('charge.declined'), data }),
  told.extend({ type: z.literal('refund.succeeded'), ...withId.shape }),
]);

const outcomeAnswer = z.strictObject({ outcome: z.enum(['processed', 'duplicate', 'ignored']) });

/** Where the payment provider tells what happened. It has no account: its signature says who it is. */
export function paymentWebhookEndpoint(dependencies: WebhookDependencies & { readonly secret: string }): Endpoint {
  const { secret, now } = dependencies;
  return endpoint({
    method: 'post',
    path: '/webhooks/payments',
    summary: 'Hear from the payment provider what became of a charge or refund; signed, and safe to repeat',
    access: 'anyone',
    answers: { 200: { description: 'It needs not be sent again', schema: outcomeAnswer } },
    problems: ['not-authenticated', 'invalid-request', 'body-too-large'],
    async handle({ req }) {
      const body = await readBytes(req, BODY_LIMIT);
      verifyWebhookSignature(req.headers[SIGNATURE_HEADER], body, { secret, now: now() });
      const webhook = readWebhook(body);
      return { status: 200, body: { outcome: webhook ? await applyPaymentWebhook(dependencies, webhook) : 'ignored' } };
    },
  });
}

/** @returns undefined for a type that is none of ours, and for a key that is no order's */
function readWebhook(body: Buffer): PaymentWebhook | undefined {
  const sent = readJson(body);
  const { type } = parse(told, sent, 'body');
  if (!known.options.some(({ shape }) => shape.type.value === type)) return undefined;
  const webhook = parse(known, sent, 'body');
  const { idempotencyKey: orderId, amount } = webhook.data;
  if (!objectId.safeParse(orderId).success) return undefined;
  const common = { id: webhook.id, orderId, amount, at: webhook.createdAt };
  switch (webhook.type) {
    case 'charge.succeeded':
      return { ...common, type: webhook.type, chargeId: webhook.data.id };
    case 'charge.declined':
      return { ...common, type: webhook.type };
    case 'refund.succeeded':
      return { ...common, type: webhook.type, refundId: webhook.data.id };
  }
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new AppError('invalid-request', 'The body could not be read: expected valid JSON in UTF-8.', { cause });
  }
}
