import type { UpstreamResponse } from '@quickbite/shared/resilience';
import type { GatewayKnobs } from '../knobs.js';
import type { Answer } from './answer.js';
import type { AnswerCopies, Copy } from './answer-copies.js';
import type { AdmittedRequest } from './admitted-request.js';
import type { UpstreamName } from './upstreams.js';

/** The name of this cache in `Cache-Status` (RFC 9211). */
const CACHE = 'QuickBite';

/** Calls the service. `standIn` is asked for a copy when that fails. */
export type CallService = (request: AdmittedRequest, standIn: () => Answer | undefined) => Promise<Answer>;

/** Reads that are the same for everybody, answered from copies where possible. */
export interface SharedReads {
  read(request: AdmittedRequest, call: CallService): Promise<Answer>;
  /** After a change: from now on each read from this service asks it again. */
  expire(upstream: UpstreamName): void;
}

/**
 * A copy that is fresh answers at once. Otherwise the service is asked, once however many ask at the same time, and with the
 * ETag of the copy if it gave one. When it fails, the copy stands in.
 */
export function createSharedReads({
  copies,
  knobs,
}: {
  readonly copies: AnswerCopies;
  readonly knobs: GatewayKnobs;
}): SharedReads {
  const flights = new Map<string, Promise<Answer>>();
  /** Counts the changes at each service, so that what was asked for before one is not taken for fresh after it. */
  const epochs = new Map<UpstreamName, number>();
  const epochOf = (upstream: UpstreamName): number => epochs.get(upstream) ?? 0;

  function standInFor(copy: Copy | undefined): Answer | undefined {
    if (!copy || !knobs.get('fallback.enabled') || !copies.mayStandIn(copy)) return undefined;
    // What the service's cache did then says nothing about this answer.
    const { 'x-cache': _then, ...headers } = headersOf(copy, 'detail=stale-if-error');
    return { status: 200, headers: { ...headers, 'x-fallback': 'last-good' }, body: copy.body };
  }

  function headersOf(copy: Copy, cacheStatus: string): Record<string, string> {
    return {
      ...copy.headers,
      etag: copy.etag(),
      age: String(Math.floor(copies.ageMs(copy) / 1000)),
      'cache-status': `${CACHE}; ${cacheStatus}`,
    };
  }

  /** With the cache off: what the service says is passed on, and remembered for the day that it fails. */
  async function askAlways(request: AdmittedRequest, call: CallService, copy: Copy | undefined): Promise<Answer> {
    const { path, upstream } = request;
    const answer = await call(request, () => standInFor(copy));
    if (isGood(answer)) copies.keep(path, answer, { ttlMs: 0, epoch: epochOf(upstream) });
    return answer;
  }

  /** Asks the service and keeps what it says. */
  async function ask(request: AdmittedRequest, call: CallService, copy: Copy | undefined): Promise<Answer> {
    const { path, upstream } = request;
    const ttlMs = knobs.get('responseCache.ttlMs');
    const epoch = epochOf(upstream);
    const answer = await call(request, () => standInFor(copy));
    if (answer.status === 304 && copy) {
      const renewed = copies.renew(path, copy, { ttlMs, epoch });
      return { status: 200, headers: headersOf(renewed, 'fwd=stale; fwd-status=304; stored'), body: renewed.body };
    }
    if (!isGood(answer)) return answer;
    const kept = copies.keep(path, answer, { ttlMs, epoch });
    if (!kept) return answer;
    return { ...answer, headers: headersOf(kept, `fwd=${copy ? 'stale' : 'uri-miss'}; stored`) };
  }

  /** Joins whoever asks for the same at the moment. A large answer flows to one reader only: the others ask for themselves. */
  async function askTogether(request: AdmittedRequest, call: CallService, copy: Copy | undefined): Promise<Answer> {
    const key = `${epochOf(request.upstream)} ${request.path}`;
    const running = flights.get(key);
    if (running) {
      const answer = await running;
      return answer.rest ? ask(request, call, copy) : { ...answer, headers: collapsed(answer.headers) };
    }
    const flight = ask(request, call, copy).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  return {
    async read(request, call) {
      const copy = copies.find(request.path);
      if (!knobs.get('responseCache.enabled')) return askAlways(request, call, copy);
      const { 'if-none-match': condition, ...headers } = request.headers ?? {};
      const freshForMs = copy ? copies.freshForMs(copy, epochOf(request.upstream)) : 0;
      if (copy && freshForMs > 0) {
        const answer = {
          status: 200,
          headers: headersOf(copy, `hit; ttl=${Math.ceil(freshForMs / 1000)}`),
          body: copy.body,
        };
        return unlessUnchanged(answer, condition);
      }
      const conditional =
        copy?.upstreamEtag === undefined ? headers : { ...headers, 'if-none-match': copy.upstreamEtag };
      return unlessUnchanged(await askTogether({ ...request, headers: conditional }, call, copy), condition);
    },
    expire: (upstream) => void epochs.set(upstream, epochOf(upstream) + 1),
  };
}

/** Whole, and from the service itself. */
function isGood({ status, rest, headers }: Answer): boolean {
  return status === 200 && !rest && headers['x-fallback'] === undefined;
}

function collapsed(headers: UpstreamResponse['headers']): UpstreamResponse['headers'] {
  const status = headers['cache-status'];
  return typeof status === 'string' ? { ...headers, 'cache-status': `${status}; collapsed` } : headers;
}

/** 304 when the client has this very body (RFC 9110, 13.1.2: compared without regard to weakness). */
function unlessUnchanged(answer: Answer, condition: string | undefined): Answer {
  const { etag } = answer.headers;
  if (condition === undefined || answer.status !== 200 || typeof etag !== 'string') return answer;
  const known = condition.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known.includes('*') && !known.includes(etag.replace(/^W\//, ''))) return answer;
  return { status: 304, headers: answer.headers, body: Buffer.alloc(0) };
}
