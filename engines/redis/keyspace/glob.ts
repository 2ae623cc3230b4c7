const cache = new Map<string, RegExp>();
const CACHE_SIZE = 256;

/** Compiles a Redis glob (`*`, `?`, `[a-z]`, `[^x]`, backslash) to a test on byte strings. */
export function globMatcher(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  let compiled = cache.get(pattern);
  if (!compiled) {
    compiled = new RegExp(`^${globSource(pattern)}$`, 's');
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(pattern, compiled);
  }
  const expression = compiled;
  return (text) => expression.test(text);
}

function globSource(pattern: string): string {
  let source = '';
  for (let position = 0; position < pattern.length; position += 1) {
    const character = pattern.charAt(position);
    if (character === '*') {
      // Runs of stars mean one star; kept apart they would make the expression backtrack without end.
      while (pattern[position + 1] === '*') position += 1;
      source += '.*';
    } else if (character === '?') {
      source += '.';
    } else if (character === '[') {
      const set = readSet(pattern, position);
      source += set.source;
      position = set.last;
    } else {
      if (character === '\\' && position + 1 < pattern.length) position += 1;
      source += escape(pattern.charAt(position));
    }
  }
  return source;
}

/** As in Redis, a set that is not closed ends with the pattern. */
function readSet(pattern: string, start: number): { source: string; last: number } {
  let position = start + 1;
  const negated = pattern[position] === '^';
  if (negated) position += 1;
  let body = '';
  for (; position < pattern.length && pattern[position] !== ']'; position += 1) {
    if (pattern[position] === '\\' && position + 1 < pattern.length) position += 1;
    const first = pattern.charAt(position);
    if (pattern[position + 1] === '-' && position + 2 < pattern.length) {
      const [low, high] = [first, pattern.charAt(position + 2)].sort() as [string, string];
      body += `${escape(low)}-${escape(high)}`;
      position += 2;
    } else {
      body += escape(first);
    }
  }
  if (body === '') return { source: negated ? '.' : '(?!)', last: position };
  return { source: `[${negated ? '^' : ''}${body}]`, last: position };
}

function escape(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
