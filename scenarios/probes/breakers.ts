import { z } from 'zod';
import { callLab } from './lab-endpoint.js';
import type { LabEndpoint } from './lab-endpoint.js';

const state = z.enum(['CLOSED', 'OPEN', 'HALF_OPEN']);

const breaker = z.object({
  name: z.string(),
  state,
  transitions: z.array(z.object({ at: z.iso.datetime(), from: state, to: state })),
  stats: z.object({
    fired: z.number(),
    succeeded: z.number(),
    failed: z.number(),
    rejected: z.number(),
    timedOut: z.number(),
    fallbacks: z.number(),
  }),
  inFlight: z.number(),
});

export type BreakerState = z.infer<typeof state>;
/** A circuit breaker of the gateway as `GET /internal/breakers` describes it. */
export type BreakerSnapshot = z.infer<typeof breaker>;

/** Reads every breaker of the gateway. */
export async function readBreakers(gateway: LabEndpoint): Promise<readonly BreakerSnapshot[]> {
  return (await callLab(gateway, '/internal/breakers', z.object({ breakers: z.array(breaker) }))).breakers;
}
