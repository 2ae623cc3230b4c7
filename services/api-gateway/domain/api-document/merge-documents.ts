import { problemOf } from '@quickbite/shared/errors';
import type { ProblemSlug } from '@quickbite/shared/errors';
import type { OpenApiDocument } from '@quickbite/shared/http';
import type { Tier } from '../rate-limits.js';
import type { UpstreamName } from '../upstreams.js';
import { resolveAnswers } from './answer-reference.js';
import type { ServiceDocuments } from './read-service-documents.js';
import { serviceDocumentSchema } from './service-document.js';
import type { Operation } from './service-document.js';
import { components, described, tagOf, tags } from './shared-parts.js';

/** A route that the gateway passes on, as far as its documentation goes. */
export interface DocumentedRoute {
  readonly method: string;
  /** Express's pattern. */
  readonly path: string;
  readonly upstream: UpstreamName;
  readonly access: 'anyone' | 'signed-in';
  readonly tier: Tier;
}

/** The whole API as OpenAPI 3.1. */
export interface ApiDocument extends OpenApiDocument {
  /** Services that have not described themselves yet: their routes are not listed. */
  readonly 'x-missing': readonly UpstreamName[];
  /** Routes that exist, and that their service does not describe. */
  readonly 'x-undocumented': readonly string[];
}

type Paths = Record<string, Record<string, Operation>>;

/** What the gateway itself may answer to any request that it passes on. */
const PROXY_PROBLEMS: readonly ProblemSlug[] = [
  'too-many-requests',
  'upstream-unreachable',
  'upstream-unavailable',
  'upstream-timeout',
];

/**
 * Merges what the services say about themselves into one document of what a client can call: only routes of the gateway, with
 * its security, its limits and its own answers.
 * @param own the gateway's own endpoints, whose limit is that of reads
 */
export function mergeDocuments(options: {
  readonly own: OpenApiDocument;
  readonly routes: readonly DocumentedRoute[];
  readonly documents: ServiceDocuments;
}): ApiDocument {
  const { own, routes, documents } = options;
  const paths: Paths = {};
  const missing = new Set<UpstreamName>();
  const undocumented: string[] = [];
  for (const route of routes) {
    const document = documents.get(route.upstream);
    const found = document && findOperation(document.paths, route);
    if (found) (paths[found.path] ??= {})[route.method.toLowerCase()] = asRouted(found.operation, route);
    else if (document) undocumented.push(`${route.method} ${route.path}`);
    else missing.add(route.upstream);
  }
  addOwn(paths, own);
  return {
    openapi: '3.1.0',
    ...described,
    tags,
    paths,
    components,
    'x-missing': [...missing],
    'x-undocumented': undocumented,
  } as ApiDocument;
}

/** A service may name its path parameters differently: the shape counts. */
function findOperation(paths: Paths, route: DocumentedRoute): { path: string; operation: Operation } | undefined {
  const shape = shapeOf(route.path.replace(/:(\w+)/g, '{$1}'));
  for (const [path, methods] of Object.entries(paths)) {
    const operation = shapeOf(path) === shape ? methods[route.method.toLowerCase()] : undefined;
    if (operation) return { path, operation };
  }
  return undefined;
}

const shapeOf = (path: string): string => path.replace(/\{\w+\}/g, '{}');

function asRouted(operation: Operation, { access, upstream, tier, path }: DocumentedRoute): Operation {
  return {
    ...operation,
    tags: [tagOf(path)],
    security: access === 'anyone' ? [] : [{ accessToken: [] }],
    responses: withProxyAnswers(operation.responses),
    'x-service': upstream,
    'x-rate-limit': tier,
  };
}

function addOwn(paths: Paths, own: OpenApiDocument): void {
  const parsed = serviceDocumentSchema.parse(resolveAnswers(own, paths)).paths;
  for (const [path, methods] of Object.entries(parsed))
    for (const [method, operation] of Object.entries(methods))
      (paths[path] ??= {})[method] = {
        ...operation,
        tags: [tagOf(path)],
        ...(path.startsWith('/api/') && {
          responses: withProxyAnswers(operation.responses),
          'x-rate-limit': 'general',
        }),
        'x-service': 'api-gateway',
      };
}

/** Each answer tells the place in the limit; the gateway's own answers join those of the service. */
function withProxyAnswers(responses: Operation['responses']): Operation['responses'] {
  const merged: Operation['responses'] = {};
  for (const [status, response] of Object.entries(responses)) merged[status] = { ...response, headers: HEADERS };
  const own = new Map<number, string[]>();
  for (const slug of PROXY_PROBLEMS) {
    const { status, title } = problemOf(slug);
    own.set(status, [...(own.get(status) ?? []), `${title} (\`${slug}\`)`]);
  }
  for (const [status, titles] of own) {
    if (String(status) in merged) continue;
    merged[status] = {
      description: titles.join('; '),
      headers: status === 429 || status === 503 ? { ...HEADERS, 'Retry-After': RETRY_AFTER } : HEADERS,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return merged;
}

const HEADERS = {
  'X-Correlation-Id': { $ref: '#/components/headers/CorrelationId' },
  RateLimit: { $ref: '#/components/headers/RateLimit' },
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
};
const RETRY_AFTER = { $ref: '#/components/headers/RetryAfter' };
