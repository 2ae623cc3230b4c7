import { z } from 'zod';
import { endpoint } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import type { AggregateHealth } from '../../domain/aggregate-health.js';

const aggregate = z.strictObject({
  status: z.enum(['healthy', 'degraded']),
  services: z.record(z.string(), z.string()).describe('Each service: `up`, or `down` with the reason.'),
});

/** `GET /health`: 200 in either case, because the gateway itself serves. */
export function healthEndpoint(health: () => Promise<AggregateHealth>): Endpoint {
  return endpoint({
    method: 'get',
    path: '/health',
    summary: 'Ask every service whether it is ready',
    access: 'anyone',
    answers: { 200: { description: 'How the whole is', schema: aggregate } },
    handle: async () => ({ status: 200, body: await health() }),
  });
}
