/** What a service says about copies of its answer, as far as a shared cache goes by it (RFC 9111, RFC 5861). */
export interface CacheRules {
  readonly mayKeep: boolean;
  /** ms that a copy may answer without asking; undefined when nothing is said. */
  readonly freshMs: number | undefined;
  /** ms beyond that in which it may answer when the service fails. */
  readonly staleIfErrorMs: number;
}

/** Headers of a request that `Vary` may name: the gateway answers all their values with the same JSON. */
const HARMLESS_VARY = /^\s*(accept-encoding|origin)\s*$/i;

/** Reads `Cache-Control` and `Vary` of an answer. */
export function cacheRules(headers: Readonly<Record<string, string | readonly string[]>>): CacheRules {
  const directives = directivesOf(String(headers['cache-control'] ?? ''));
  const varies = String(headers['vary'] ?? '')
    .split(',')
    .some((name) => name.trim() !== '' && !HARMLESS_VARY.test(name));
  const seconds = (name: string): number | undefined => {
    const value = directives.get(name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const fresh = directives.has('no-cache') ? 0 : (seconds('s-maxage') ?? seconds('max-age'));
  const mustAsk = directives.has('must-revalidate') || directives.has('proxy-revalidate');
  const staleIfError = seconds('stale-if-error');
  return {
    mayKeep: !varies && !directives.has('no-store') && !directives.has('private'),
    freshMs: fresh === undefined ? undefined : fresh * 1000,
    staleIfErrorMs: mustAsk ? 0 : (staleIfError ?? Infinity) * 1000,
  };
}

function directivesOf(header: string): ReadonlyMap<string, string> {
  return new Map(
    header.split(',').map((directive) => {
      const [name = '', value = ''] = directive.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
}
