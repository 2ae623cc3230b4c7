import type { Cache, PatternedCache } from '@quickbite/shared/cache';
import type { Knobs } from '@quickbite/shared/knobs';
import { Router } from 'express';
import type { Restaurant, RestaurantWrite } from '../../domain/restaurant.js';
import type { knobs as knobDefs } from '../../knobs.js';

/** What the lab sees of the cache, behind the lab key. */
export function internalCacheRoutes(options: {
  readonly cache: Cache;
  readonly single: PatternedCache<Restaurant, RestaurantWrite>;
  readonly knobs: Knobs<typeof knobDefs>;
}): Router {
  const { cache, single, knobs } = options;
  const router = Router();
  router.get('/cache', (_req, res) => {
    res.json({
      pattern: knobs.get('cache.pattern'),
      stampede: knobs.get('cache.stampede'),
      ...cache.counts(),
      writeBehind: single.writeBehind(),
      breaker: cache.breaker(),
    });
  });
  return router;
}
