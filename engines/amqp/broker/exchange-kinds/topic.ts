import type { ExchangeKind } from './exchange-kind.js';

/** Words between dots; `*` stands for exactly one word, `#` for zero or more. */
export const topic: ExchangeKind = {
  usesHeaders: false,
  matcher: (binding) => {
    const pattern = binding.routingKey.split('.');
    return (routingKey) => matches(pattern, 0, routingKey.split('.'), 0);
  },
};

function matches(pattern: readonly string[], p: number, words: readonly string[], w: number): boolean {
  if (p === pattern.length) return w === words.length;
  if (pattern[p] === '#') {
    // Several # in a row mean the same as one, and would only multiply the attempts.
    if (pattern[p + 1] === '#') return matches(pattern, p + 1, words, w);
    for (let skipped = w; skipped <= words.length; skipped += 1) {
      if (matches(pattern, p + 1, words, skipped)) return true;
    }
    return false;
  }
  if (w === words.length) return false;
  return (pattern[p] === '*' || pattern[p] === words[w]) && matches(pattern, p + 1, words, w + 1);
}
