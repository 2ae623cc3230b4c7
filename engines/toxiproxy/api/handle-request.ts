import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProxyCollection } from '../proxy/proxy-collection.js';
import { ApiError } from './api-error.js';
import type { Answer } from './routes.js';
import { routes } from './routes.js';

/** Answers one request of the HTTP API. Never rejects: what goes wrong is the answer. */
export async function handleRequest(
  proxies: ProxyCollection,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // As the real one: a page in a browser must not control it.
  if (request.headers['user-agent']?.startsWith('Mozilla/')) {
    sendText(response, 403, 'User agent not allowed\n');
    return;
  }
  try {
    const found = findRoute(request);
    if (!found) {
      sendText(response, 404, '404 page not found\n');
      return;
    }
    const handler = found.methods[request.method ?? ''];
    if (!handler) {
      sendText(response, 405, '');
      return;
    }
    send(response, await handler({ proxies, request, proxy: found.proxy, toxic: found.toxic }));
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 500;
    send(response, { status, body: { error: error instanceof Error ? error.message : String(error), status } });
  }
}

function findRoute(
  request: IncomingMessage,
): { methods: (typeof routes)[number]['methods']; proxy: string; toxic: string } | undefined {
  const [path = ''] = (request.url ?? '').split('?');
  const parts = path.split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    const matches = wanted.length === parts.length && wanted.every((part, at) => fits(part, parts[at] ?? ''));
    if (matches) return { methods: route.methods, proxy: decode(parts[2] ?? ''), toxic: decode(parts[4] ?? '') };
  }
  return undefined;
}

const fits = (wanted: string, part: string): boolean => (wanted.startsWith('{') ? part !== '' : wanted === part);

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, `invalid URL escape in "${part}"`);
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
