import { Router } from 'express';
import type { Express } from 'express';
import type { Upstreams } from '../../domain/upstreams.js';
import { cors } from './cors.js';
import { proxyRoute } from './proxy-route.js';
import type { ProxyTools } from './proxy-route.js';
import { routes } from './routes.js';

/** Mounts everything that the gateway answers beside what all services share. */
export function mountGateway(
  app: Express,
  options: ProxyTools & {
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
  for (const route of routes) {
    const handlers = proxyRoute(route, options);
    switch (route.method) {
      case 'GET':
        app.get(route.path, ...handlers);
        break;
      case 'POST':
        app.post(route.path, ...handlers);
        break;
      case 'PUT':
        app.put(route.path, ...handlers);
        break;
      case 'PATCH':
        app.patch(route.path, ...handlers);
        break;
      case 'DELETE':
        app.delete(route.path, ...handlers);
        break;
    }
  }
}

/** `GET /internal/breakers`: their states, changes of state and counts. */
export function breakersRoute(upstreams: Upstreams): Router {
  const router = Router();
  router.get('/breakers', (_req, res) => {
    res.json({ breakers: upstreams.all().map(({ breaker }) => breaker.snapshot()) });
  });
  return router;
}
