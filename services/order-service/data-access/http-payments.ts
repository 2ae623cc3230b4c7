import { AppError } from '@quickbite/shared/errors';
import type { Upstream, UpstreamResponse } from '@quickbite/shared/resilience';
import { z } from 'zod';
import type { Payments } from '../domain/payments.js';

const answer = z.object({ id: z.string().min(1) });

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
      return response.status === 402 ? { kind: 'declined' } : { kind: 'charged', chargeId: idOf(response) };
    },
    async refund(request) {
      return { refundId: idOf(await post('/refunds', request)) };
    },
  };
}

function idOf({ status, body }: UpstreamResponse): string {
  if (status !== 200 && status !== 201)
    throw new AppError('upstream-unreachable', `The payment provider answered ${status}. Try again later.`);
  return answer.parse(JSON.parse(body.toString('utf8'))).id;
}
