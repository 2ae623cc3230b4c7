import { createLocalFixedWindow } from './local-fixed-window.js';
import { createLocalSlidingWindow } from './local-sliding-window.js';
import { createLocalTokenBucket } from './local-token-bucket.js';
import type { Algorithm } from './limit-algorithms.js';
import type { Limiter } from './rate-limits.js';

/** What a gateway counts with in its own memory. */
export const localLimiters = (): Readonly<Record<Algorithm, Limiter>> => ({
  'sliding-window': createLocalSlidingWindow(),
  'fixed-window': createLocalFixedWindow(),
  'token-bucket': createLocalTokenBucket(),
});
