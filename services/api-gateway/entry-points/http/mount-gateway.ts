import { Router } from 'express';
import type { Express } from 'express';
import type { Upstreams } from '../../domain/upstreams.js';
import { cors } from './cors.js';

/** Mounts what Express serves: whatever the gateway answers itself. The routes to services are the front door's. */
export function mountGateway(
  app: Express,
  options: {
    readonly trustedProxies: readonly string[];
    readonly corsOrigins: readonly string[];
    /** Mounts what the gateway answers itself. */
    readonly own: (app: Express) => void;
  },
): void {
  const { trustedProxies, corsOrigins, own } = options;
  app.set('trust proxy', trustedProxies.length > 0 ? [...trustedProxies] : false);
  if (corsOrigins.length > 0) app.use(cors(corsOrigins));
  own(app);
}

/** `GET /internal/breakers`: their states, changes of state and counts. */
export function breakersRoute(upstreams: Upstreams): Router {
  const router = Router();
  router.get('/breakers', (_req, res) => {
    res.json({ breakers: upstreams.all().map(({ breaker }) => breaker.snapshot()) });
  });
  return router;
}
