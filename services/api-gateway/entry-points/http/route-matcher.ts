import type { Route } from './routes.js';

/** Finds the route of a request; `pathname` is without the query. */
export type MatchRoute = (method: string, pathname: string) => Route | undefined;

/** The routes below a path: by its next segment, or by any. */
interface Branch {
  readonly fixed: Map<string, Branch>;
  any?: Branch;
  readonly routes: Map<string, Route>;
}

/**
 * Compiles the routes into a tree of segments, so that a match costs one look-up a segment however many routes there are. A fixed
 * segment goes before a parameter: `/api/restaurants/search` is no id. Paths are taken to the letter.
 */
export function createRouteMatcher(routes: readonly Route[]): MatchRoute {
  const root = branch();
  for (const route of routes) {
    let at = root;
    for (const segment of segmentsOf(route.path))
      at = segment.startsWith(':') ? (at.any ??= branch()) : grow(at, segment);
    at.routes.set(route.method, route);
  }
  return (method, pathname) => find(root, segmentsOf(pathname), 0, method === 'HEAD' ? 'GET' : method);
}

function find(at: Branch, segments: readonly string[], index: number, method: string): Route | undefined {
  const segment = segments[index];
  if (segment === undefined) return at.routes.get(method);
  const fixed = at.fixed.get(segment);
  const found = fixed && find(fixed, segments, index + 1, method);
  if (found || !at.any || segment === '') return found;
  return find(at.any, segments, index + 1, method);
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').slice(1);
}

function branch(): Branch {
  return { fixed: new Map(), routes: new Map() };
}

function grow(at: Branch, segment: string): Branch {
  const known = at.fixed.get(segment);
  if (known) return known;
  const grown = branch();
  at.fixed.set(segment, grown);
  return grown;
}
