import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Restaurant } from '../domain/restaurants.js';

/** A little HTTP server in the place of restaurant-service. */
export interface StartedRestaurantStandIn {
  readonly url: string;
  /** The restaurants that it knows, by id. */
  readonly restaurants: Map<string, Restaurant>;
  /** Headers of each call. */
  readonly calls: IncomingHttpHeaders[];
  /** `hang` keeps the connection open and never answers. */
  behave(as: 'well' | 'hang' | 'fail'): void;
  stop(): void;
}

export async function startRestaurantStandIn(): Promise<StartedRestaurantStandIn> {
  const restaurants = new Map<string, Restaurant>();
  const calls: IncomingHttpHeaders[] = [];
  let behaviour: 'well' | 'hang' | 'fail' = 'well';
  const server = createServer((req, res) => {
    calls.push(req.headers);
    if (behaviour === 'hang') return;
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://restaurant-service');
    const body = pathname.endsWith('/batch') ? batch(searchParams) : restaurants.get(pathname.split('/').at(-1) ?? '');
    const status = behaviour === 'fail' ? 500 : body ? 200 : 404;
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
  });
  const batch = (query: URLSearchParams): object => {
    const ids = query.get('ids')?.split(',') ?? [];
    return {
      items: ids.flatMap((id) => restaurants.get(id) ?? []),
      missing: ids.filter((id) => !restaurants.has(id)),
    };
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    restaurants,
    calls,
    behave: (as) => void (behaviour = as),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
