import type { StampedeStrategyName } from '../settings.js';
import { early } from './early.js';
import { lock } from './lock.js';
import { none } from './none.js';
import { staleWhileRevalidate } from './stale-while-revalidate.js';
import type { StampedeStrategy } from './strategy.js';

/** All strategies by name. */
export const strategies: Readonly<Record<StampedeStrategyName, StampedeStrategy>> = {
  none,
  lock,
  early,
  'stale-while-revalidate': staleWhileRevalidate,
};
