import { z } from 'zod';
import { knob } from '@quickbite/shared/knobs';
import type { Knobs } from '@quickbite/shared/knobs';
import { checks } from './domain/health-checks.js';
import { algorithms } from './domain/limit-algorithms.js';

const flag = z.boolean();
const limit = z.int().min(1).max(1_000_000);
const windowMs = z.int().min(100).max(86_400_000);

const MINUTE_MS = 60_000;

/** What a learner may switch off or tune at the gateway. The defaults are the production-like setting. */
export const knobs = {
  'rateLimit.enabled': knob(flag, true, 'Refuses clients that exceed the limit of their tier with 429.'),
  'rateLimit.store': knob(
    z.enum(['shared', 'local']),
    'shared',
    'Where requests are counted: shared is Redis, one count for all gateways; local is the memory of each, so that N of them allow N times the limit.',
  ),
  'rateLimit.algorithm': knob(
    z.enum(algorithms),
    'sliding-window',
    'How requests are counted: sliding-window never lets more than the limit through in any window, fixed-window up to twice as many around its edge, token-bucket a burst of the limit and then one place after the other.',
  ),
  'rateLimit.general.limit': knob(limit, 100, 'How many reads a client may make within the window.'),
  'rateLimit.general.windowMs': knob(windowMs, 15 * MINUTE_MS, 'Length of the sliding window of reads, in ms.'),
  'rateLimit.auth.limit': knob(limit, 5, 'How many sign-ins and registrations of a client may fail within the window.'),
  'rateLimit.auth.windowMs': knob(windowMs, 15 * MINUTE_MS, 'Length of the sliding window of failed sign-ins, in ms.'),
  'rateLimit.write.limit': knob(limit, 20, 'How many writes a client may make within the window.'),
  'rateLimit.write.windowMs': knob(windowMs, MINUTE_MS, 'Length of the sliding window of writes, in ms.'),
  'breaker.enabled': knob(flag, true, 'Stops calling an upstream that keeps failing; off, every request calls it.'),
  'breaker.errorThresholdPercentage': knob(
    z.int().min(1).max(100),
    50,
    'Percentage of failed calls within the rolling window that opens the breaker of an upstream.',
  ),
  'breaker.rollingWindowMs': knob(
    z.int().min(100).max(600_000),
    10_000,
    'Length of the window over which the breaker counts calls, in ms.',
  ),
  'breaker.volumeThreshold': knob(
    z.int().min(1).max(10_000),
    5,
    'How many calls the rolling window must hold before the breaker may open.',
  ),
  'breaker.resetTimeoutMs': knob(
    z.int().min(50).max(600_000),
    30_000,
    'How long the breaker stays open before it lets one call through as a trial, in ms.',
  ),
  'bulkhead.enabled': knob(
    flag,
    true,
    'Bounds how many calls to one upstream may be under way, so that a slow one leaves room for the others.',
  ),
  // Little's law: a request costs the gateway about 240 us of CPU (`quickbite bench gateway`), so one process sends at most some 4,000 a
  // second; an upstream that answers within 25 ms has at most 100 of them under way. A healthy one is never held back, a hanging
  // one holds 100 sockets and no more.
  'bulkhead.maxConcurrent': knob(
    z.int().min(1).max(100_000),
    100,
    'How many calls to one upstream may be under way at the same time.',
  ),
  'bulkhead.maxQueue': knob(
    z.int().min(0).max(100_000),
    100,
    'How many calls to one upstream may wait for a place; further ones are refused at once with 503.',
  ),
  'retry.enabled': knob(
    flag,
    true,
    'Repeats reads whose connection broke, and writes with an idempotency key that were refused before anything was begun.',
  ),
  'retry.max': knob(z.int().min(0).max(10), 2, 'How often one request may be repeated.'),
  'retry.budgetPercent': knob(
    z.int().min(0).max(1_000),
    10,
    'How many retries a hundred requests to an upstream may cause, beyond a reserve of ten; 1000 is as good as no bound.',
  ),
  'balancing.ejection': knob(
    flag,
    true,
    'Leaves out an instance of an upstream that keeps failing, unless it is the last one.',
  ),
  'balancing.ejectAfterFailures': knob(
    z.int().min(1).max(1000),
    5,
    'How many calls to an instance must fail in a row before it is left out.',
  ),
  'balancing.ejectionMs': knob(
    z.int().min(50).max(300_000),
    5000,
    'How long an instance is left out the first time, in ms; each further time in a row twice as long.',
  ),
  'balancing.healthCheck': knob(
    z.enum(checks),
    'ready',
    'What decides whether one of several instances gets requests: ready, whether it says that it can serve; live, whether it answers at all; off, nothing.',
  ),
  'balancing.healthCheckMs': knob(
    z.int().min(50).max(60_000),
    500,
    'How often each of several instances is asked how it is, in ms; it has a second to answer.',
  ),
  'responseCache.enabled': knob(
    flag,
    true,
    'Answers public reads from a copy in memory while it is fresh, and asks an upstream once for reads at the same time.',
  ),
  'responseCache.ttlMs': knob(
    z.int().min(0).max(86_400_000),
    1000,
    'How long a copy is fresh when its upstream does not say so with Cache-Control, in ms.',
  ),
  'responseCache.bounded': knob(
    flag,
    true,
    'Keeps a limited number of copies, and 10 MB of them at most, the latest used; off, each address that was ever asked for keeps its copy.',
  ),
  'responseCache.maxEntries': knob(
    z.int().min(1).max(100_000),
    1000,
    'How many copies are kept at most; an address with another query is another copy.',
  ),
  'fallback.enabled': knob(
    flag,
    true,
    'Answers public reads with the last good copy when their bulkhead is full, or their upstream fails and the breaker is enabled.',
  ),
  'correlation.forward': knob(
    flag,
    true,
    'Sends the correlation id of a request on to the services; off, each of them makes one of its own.',
  ),
  // As many as the bulkheads of five upstreams let in, with those that wait.
  'upstream.maxCalls': knob(
    z.int().min(1).max(100_000),
    1000,
    'How many calls to all upstreams together may be under way or wait, which is what the process can hold; further ones are refused at once with 503.',
  ),
  'upstream.timeoutMs': knob(
    z.int().min(10).max(120_000),
    5000,
    'How long a call to an upstream may take in all before it is given up as failed, in ms.',
  ),
  'auth.revocation': knob(flag, true, 'Refuses access tokens that were revoked, by asking Redis at each request.'),
  'auth.withoutRedis': knob(
    z.enum(['accept', 'refuse']),
    'accept',
    'What happens to valid access tokens while Redis cannot say whether they were revoked; refuse answers 503.',
  ),
  'auth.pinAlgorithm': knob(
    flag,
    true,
    'Takes access tokens signed with HS256 only; off, an unsigned token (alg none) is believed as well.',
  ),
  'auth.verifyClaims': knob(
    flag,
    true,
    'Refuses access tokens that have expired or name another issuer or audience; off, the signature alone decides.',
  ),
  'aggregation.partial': knob(
    flag,
    true,
    'Answers the details of an order without the parts that are away; off, one part that is away fails the answer.',
  ),
  'tracking.maxPerAccount': knob(
    z.int().min(1).max(10_000),
    10,
    'How many orders an account may track at the same time at one gateway.',
  ),
  'tracking.heartbeatMs': knob(
    z.int().min(100).max(120_000),
    15_000,
    'How often a tracking stream shows that it is alive and its access token is checked again, in ms.',
  ),
} as const;

export type GatewayKnobs = Knobs<typeof knobs>;
