import type { ExchangeKind } from './exchange-kind.js';

/** Words between dots; `*` stands for exactly one word, `#` for zero or more. */
export const topic: ExchangeKind = {
  usesHeaders: false,
  matcher: (binding) => {
    const pattern = words(binding.routingKey);
    return (routingKey) => matches(pattern, 0, words(routingKey), 0);
  },
};

/** An empty key has no words. */
function words(key: string): readonly string[] {
  return key === '' ? [] : key.split('.');
}

function matches(pattern: readonly string[], p: number, given: readonly string[], w: number): boolean {
  if (p === pattern.length) return w === given.length;
  if (pattern[p] === '#') {
    // Several # in a row mean the same as one, and would only multiply the attempts.
    if (pattern[p + 1] === '#') return matches(pattern, p + 1, given, w);
    for (let skipped = w; skipped <= given.length; skipped += 1) {
      if (matches(pattern, p + 1, given, skipped)) return true;
    }
    return false;
  }
  if (w === given.length) return false;
  return (pattern[p] === '*' || pattern[p] === given[w]) && matches(pattern, p + 1, given, w + 1);
}
