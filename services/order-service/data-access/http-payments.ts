import { AppError } from '@quickbite/shared/errors';
import type { Upstream, UpstreamResponse } from '@quickbite/shared/resilience';
import { z } from 'zod';
import type { Payments } from '../domain/payments.js';

const answer = z.object({ id: z.string().min(1) });
const voidAnswer = z.object({ charge: answer.nullable() });

/** Payments over HTTP with the provider. */
export function createHttpPayments(options: {
  readonly upstream: Upstream;
  /** ms; asked at each call. */
  readonly timeoutMs: () => number;
}): Payments {
  const { upstream, timeoutMs } = options;

  function post(path: string, body: unknown): Promise<UpstreamResponse> {
    return upstream.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs: timeoutMs(),
    });
  }

  return {
    async charge(request) {
      const response = await post('/charges', request);
      if (response.status === 402) return { kind: 'declined' };
      if (response.status === 409) return { kind: 'refused' };
      return { kind: 'charged', chargeId: read(response, answer).id };
    },
    async findCharge(idempotencyKey) {
      const path = `/charges?idempotencyKey=${encodeURIComponent(idempotencyKey)}`;
      const response = await upstream.request({ method: 'GET', path, timeoutMs: timeoutMs() });
      return response.status === 404 ? undefined : { chargeId: read(response, answer).id };
    },
    async voidKey(idempotencyKey) {
      const { charge } = read(await post('/voids', { idempotencyKey }), voidAnswer);
      return charge ? { chargeId: charge.id } : undefined;
    },
    async refund(request) {
      return { refundId: read(await post('/refunds', request), answer).id };
    },
  };
}

function read<Schema extends z.ZodType>({ status, body }: UpstreamResponse, schema: Schema): z.output<Schema> {
  if (status !== 200 && status !== 201)
    throw new AppError('upstream-unreachable', `The payment provider answered ${status}. Try again later.`);
  return schema.parse(JSON.parse(body.toString('utf8')));
}
