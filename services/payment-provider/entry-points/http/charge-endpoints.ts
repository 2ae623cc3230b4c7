import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quickbite/shared/errors';
import { endpoint } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import type { Announce } from '../../domain/announce.js';
import type { Behaviour } from '../../domain/behaviour.js';
import type { Ledger } from '../../domain/ledger.js';
import { refundCharge } from '../../domain/refund-charge.js';
import { takeCharge } from '../../domain/take-charge.js';
import { voidKey } from '../../domain/void-key.js';
import {
  chargeAnswer,
  chargeBody,
  chargePath,
  keyBody,
  keyQuery,
  refundAnswer,
  refundBody,
  voidAnswer,
} from './charge-schemas.js';

/** The provider's API. */
export function chargeEndpoints(dependencies: {
  readonly ledger: Ledger;
  readonly behaviour: Behaviour;
  readonly announce: Announce;
}): readonly Endpoint[] {
  const { ledger, behaviour, announce } = dependencies;
  return [
    endpoint({
      method: 'post',
      path: '/charges',
      summary: 'Take money, once for an idempotency key',
      access: 'anyone',
      body: chargeBody,
      answers: {
        201: { description: 'The charge', schema: chargeAnswer },
        200: { description: 'The charge that was made for this key before', schema: chargeAnswer },
      },
      problems: ['payment-declined', 'conflict'],
      async handle({ body, req }) {
        const { charge, created } = takeCharge({ ledger, isUnlucky: () => behaviour.isDeclined(), announce }, body);
        if (!created) return { status: 200, body: charge };
        const { delayMs, isLost } = behaviour.answerOf(body.token);
        await delay(delayMs);
        if (!isLost) return { status: 201, body: charge };
        req.socket.destroy();
        return undefined;
      },
    }),
    endpoint({
      method: 'get',
      path: '/charges',
      summary: 'Find the charge of an idempotency key',
      access: 'anyone',
      query: keyQuery,
      answers: { 200: { description: 'The charge', schema: chargeAnswer } },
      problems: ['not-found'],
      handle({ query }) {
        const charge = ledger.chargeByKey(query.idempotencyKey);
        if (!charge) throw new AppError('not-found', 'Nothing has been charged for this idempotency key.');
        return Promise.resolve({ status: 200, body: charge });
      },
    }),
    endpoint({
      method: 'get',
      path: '/charges/:id',
      summary: 'Read a charge',
      access: 'anyone',
      params: chargePath,
      answers: { 200: { description: 'The charge', schema: chargeAnswer } },
      problems: ['not-found'],
      handle({ params: { id } }) {
        const charge = ledger.chargeById(id);
        if (!charge) throw new AppError('not-found', `There is no charge ${id}.`);
        return Promise.resolve({ status: 200, body: charge });
      },
    }),
    endpoint({
      method: 'post',
      path: '/refunds',
      summary: 'Give a charge back, once for an idempotency key',
      access: 'anyone',
      body: refundBody,
      answers: {
        201: { description: 'The refund', schema: refundAnswer },
        200: { description: 'The refund that was made for this key before', schema: refundAnswer },
      },
      problems: ['not-found', 'conflict'],
      handle({ body }) {
        const { refund, created } = refundCharge({ ledger, announce }, body);
        return Promise.resolve({ status: created ? 201 : 200, body: refund });
      },
    }),
    endpoint({
      method: 'post',
      path: '/voids',
      summary: 'Close an idempotency key that nothing was charged for, or learn of its charge',
      access: 'anyone',
      body: keyBody,
      answers: { 200: { description: 'The key, and its charge or null', schema: voidAnswer } },
      handle: ({ body: { idempotencyKey } }) =>
        Promise.resolve({ status: 200, body: { idempotencyKey, charge: voidKey(ledger, idempotencyKey) ?? null } }),
    }),
  ];
}
