import type { Logger } from '@quickbite/shared/logging';
import type { GuardedUpstream, UpstreamName, Upstreams } from '../upstreams.js';
import { serviceDocumentSchema } from './service-document.js';
import type { ServiceDocument } from './service-document.js';

/** ms that a service has to describe itself. */
const PATIENCE_MS = 2000;
/** How long a description is good for: a service may be deployed anew at any time. */
const REFRESH_MS = 60_000;
/** How soon a service that gave none is asked again, ms. */
const RETRY_MS = 2000;

/** The descriptions of the services, as far as they are known. Another map when one of them has changed. */
export type ServiceDocuments = ReadonlyMap<UpstreamName, ServiceDocument>;

/**
 * Asks the services for their `/openapi.json` when somebody wants to read them, past the breakers, and remembers the answers.
 * A service that is away now keeps what it said last. Callers at the same time share one round of questions.
 */
export function createServiceDocuments(options: {
  readonly upstreams: Upstreams;
  readonly names: readonly UpstreamName[];
  readonly logger: Logger;
  /** Monotonic, ms. */
  readonly now?: () => number;
}): () => Promise<ServiceDocuments> {
  const { upstreams, names, logger, now = () => performance.now() } = options;
  let known: ServiceDocuments = new Map();
  const askAgainAt = new Map<UpstreamName, number>();
  let running: Promise<ServiceDocuments> | undefined;

  async function refresh(name: UpstreamName): Promise<void> {
    if (now() < (askAgainAt.get(name) ?? -Infinity)) return;
    try {
      const document = await read(upstreams.get(name));
      known = new Map([...known, [name, document]]);
      askAgainAt.set(name, now() + REFRESH_MS);
    } catch (error) {
      askAgainAt.set(name, now() + RETRY_MS);
      logger.warn('a service does not describe itself', {
        upstream: name,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  return () => {
    running ??= Promise.all(names.map(refresh))
      .then(() => known)
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}

async function read({ upstream }: GuardedUpstream): Promise<ServiceDocument> {
  const { status, body } = await upstream.request({ method: 'GET', path: '/openapi.json', timeoutMs: PATIENCE_MS });
  if (status !== 200) throw new Error(`expected 200 from /openapi.json, got ${status}`);
  return serviceDocumentSchema.parse(JSON.parse(body.toString('utf8')));
}
