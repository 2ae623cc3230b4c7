import { z } from 'zod';

/**
 * Times are shorter than the gateway's defaults (timeout 5 s, window 10 s, reset 30 s), so that a run takes less than a
 * minute; the shape of the result does not depend on it.
 */
export const parameters = z.object({
  fault: z
    .enum(['pause', 'kill'])
    .default('pause')
    .describe('pause: requests hang; kill: connections are refused at once'),
  rate: z.int().min(10).max(500).default(40).describe('requests per second, in both arms'),
  timeoutMs: z.int().min(200).max(10_000).default(2_000).describe('how long the gateway waits for an answer'),
  windowMs: z.int().min(1_000).max(60_000).default(3_000).describe('over how long the breaker counts errors'),
  resetMs: z
    .int()
    .min(500)
    .max(60_000)
    .default(3_000)
    .describe('how long the breaker stays open before it tries again'),
  wrongIdsMs: z
    .int()
    .min(500)
    .max(60_000)
    .default(1_500)
    .describe('how long most customers ask for what does not exist'),
  steadyMs: z.int().min(500).max(60_000).default(2_000).describe('how long everything works'),
  outageMs: z.int().min(1_000).max(300_000).default(9_000).describe('how long the service is away'),
  recoveryMs: z.int().min(1_000).max(300_000).default(6_000).describe('how long to watch after it is back'),
});

/** The parameters of a run. */
export type Parameters = z.infer<typeof parameters>;
