import type { Request } from 'express';

/**
 * The route that a request matched (`/api/orders/:id`), never its raw path: ids would make a metric series each. Undefined
 * until a route has matched.
 */
export function routePattern(req: Request): string | undefined {
  const route: unknown = req.route;
  const hasPath = typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string';
  if (!hasPath) return undefined;
  // A router that is mounted on `/api/orders` calls its own root `/`.
  return `${req.baseUrl}${String(route.path)}`.replace(/(.)\/$/, '$1');
}
