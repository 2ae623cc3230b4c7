import { Router } from 'express';

/** What a service needs to serve. An optional one that is down is reported and does not make it unready. */
export interface ReadinessCheck {
  readonly name: string;
  readonly optional?: boolean;
  /** Resolves when it works; the error's message becomes the reason. Bounded in time by itself. */
  check(): Promise<void>;
}

/** Liveness says that the process turns; readiness, that it can do its work. A restart mends only the first. */
export function healthRoutes(
  /** undefined while the service starts. */
  checks: () => readonly ReadinessCheck[] | undefined,
  isDraining: () => boolean,
): Router {
  const router = Router();
  router.get('/health/live', (_req, res) => {
    res.json({ status: 'live' });
  });
  router.get('/health/ready', async (_req, res) => {
    if (isDraining()) {
      res.status(503).json({ status: 'draining', checks: {} });
      return;
    }
    const present = checks();
    if (!present) {
      res.status(503).json({ status: 'starting', checks: {} });
      return;
    }
    const results = await Promise.all(present.map(run));
    const ready = results.every((result) => result.up || result.optional);
    res.status(ready ? 200 : 503).json({
      status: ready ? 'ready' : 'not ready',
      checks: Object.fromEntries(results.map((result) => [result.name, result.text])),
    });
  });
  return router;
}

async function run(check: ReadinessCheck): Promise<{ name: string; up: boolean; optional: boolean; text: string }> {
  const optional = check.optional ?? false;
  try {
    await check.check();
    return { name: check.name, up: true, optional, text: 'up' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: check.name, up: false, optional, text: `down${optional ? ' (optional)' : ''}: ${reason}` };
  }
}
