import { timingSafeEqual } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Router, json } from 'express';
import { z } from 'zod';
import { AppError } from '../errors/index.js';
import type { Knobs } from '../knobs/index.js';
import { sendHeapSnapshot } from './heap-snapshot.js';
import { parse } from './parse.js';

/** How long a change waits until it is in effect, ms: what it has to reconnect to may be away. */
const PATIENCE_MS = 3000;

/**
 * The lab's switches. Without a lab key, or with a wrong one, they do not exist: the answer is the same 404 as for any
 * other unknown path. A change is in effect when it is answered.
 */
export function internalRoutes(options: {
  readonly service: string;
  readonly labKey: string | undefined;
  readonly knobs: Knobs;
  /** More internal routes of the service, behind the same key. */
  readonly more?: Router | undefined;
}): Router {
  const { service, labKey, knobs, more } = options;
  const router = Router();
  if (labKey === undefined) return router;
  router.use((req, _res, next) => {
    if (!sameKey(req.headers['x-lab-key'], labKey))
      throw new AppError('not-found', `There is no route ${req.method} ${req.originalUrl}.`);
    next();
  });
  router.get('/knobs', (_req, res) => {
    res.json({ service, knobs: knobs.describe() });
  });
  router.put('/knobs', json(), async (req, res) => {
    const changes = parse(z.record(z.string(), z.unknown()), req.body, 'body');
    const problems = knobs.set(changes);
    if (problems.length > 0) throw new AppError('invalid-request', `No knob was changed. ${problems.join('; ')}.`);
    await Promise.race([knobs.settled(), delay(PATIENCE_MS, undefined, { ref: false })]);
    res.json({ service, knobs: knobs.describe() });
  });
  router.get('/heap-snapshot', sendHeapSnapshot);
  if (more) router.use(more);
  return router;
}

function sameKey(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
