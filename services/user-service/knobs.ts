import { z } from 'zod';
import { knob } from '@quickbite/shared/knobs';
import type { Knobs } from '@quickbite/shared/knobs';

const flag = z.boolean();
const ms = z.int().min(10).max(86_400_000);

const MINUTE_MS = 60_000;

/** What a learner may switch off or tune at user-service. The defaults are the production-like setting. */
export const knobs = {
  'password.offLoop': knob(
    flag,
    true,
    'Hashes passwords on the thread pool; off, on the event loop, where every other request of this process waits meanwhile.',
  ),
  'refresh.reuseDetection': knob(
    flag,
    true,
    'Ends a session when one of its refresh tokens is used a second time; off, the second use is only refused.',
  ),
  'login.throttle.enabled': knob(
    flag,
    true,
    'Refuses to check passwords of an account for a growing time after too many wrong ones, from whatever address.',
  ),
  'login.throttle.failures': knob(
    z.int().min(1).max(1000),
    5,
    'How many wrong passwords of an account are checked before the throttle makes its callers wait.',
  ),
  'login.throttle.windowMs': knob(
    ms,
    15 * MINUTE_MS,
    'How long wrong passwords are remembered after the last one and its wait, in ms.',
  ),
  'login.throttle.firstWaitMs': knob(
    ms,
    MINUTE_MS,
    'How long the throttle makes callers wait first, in ms; each further wrong password doubles it.',
  ),
  'login.throttle.longestWaitMs': knob(ms, 15 * MINUTE_MS, 'How long the throttle makes callers wait at most, in ms.'),
} as const;

export type UserKnobs = Knobs<typeof knobs>;
