import { Router, json } from 'express';
import { z } from 'zod';
import { parse } from '../http/index.js';
import type { City } from './city/index.js';

/** What a service did with its part of the city. */
export interface SeedOutcome {
  /** How many documents of each kind are new. */
  readonly inserted: Readonly<Record<string, number>>;
  /** How many were there already: they are left as they are. */
  readonly present: Readonly<Record<string, number>>;
  /** What somebody could try next, for people to read. */
  readonly examples?: unknown;
}

const seedBody = z.strictObject({ seed: z.int().min(0).max(4_294_967_295) });

/**
 * `POST /internal/seed`: inserts the service's part of a city, once; a repetition changes nothing. The city itself is loaded
 * with the first request, not with the service.
 */
export function seedRoute(insert: (city: City) => Promise<SeedOutcome>): Router {
  const router = Router();
  router.post('/seed', json(), async (req, res) => {
    const { seed } = parse(seedBody, req.body, 'body');
    const { createCity } = await import('./city/index.js');
    res.json({ seed, ...(await insert(createCity(seed))) });
  });
  return router;
}
