/** What one character of the text is compared with: its code, one of the two below, or a table of the codes in a set. */
type Token = number | Uint8Array;

const ANY = -1;
const STAR = -2;

const cache = new Map<string, readonly Token[]>();
const CACHE_SIZE = 256;

/**
 * Compiles a Redis glob (`*`, `?`, `[a-z]`, `[^x]`, backslash) to a test on byte strings. The test takes at most as many steps as the
 * pattern and the text have characters, multiplied: a regular expression would try every way to share the text among several stars.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  let tokens = cache.get(pattern);
  if (!tokens) {
    tokens = parse(pattern);
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(pattern, tokens);
  }
  const compiled = tokens;
  return (text) => matches(compiled, text);
}

/** Goes back to the last star only: what an earlier one matched need not be tried again. */
function matches(tokens: readonly Token[], text: string): boolean {
  // Redis does not look at a pattern when there is no text: `**` matches everything but that.
  if (text === '') return tokens.length === 0;
  let place = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    const token = tokens[place];
    if (token === STAR) {
      star = place;
      resume = position;
      place += 1;
    } else if (token !== undefined && isOneOf(token, text.charCodeAt(position))) {
      place += 1;
      position += 1;
    } else if (star !== -1) {
      resume += 1;
      position = resume;
      place = star + 1;
    } else {
      return false;
    }
  }
  while (tokens[place] === STAR) place += 1;
  return place === tokens.length;
}

function isOneOf(token: Token, code: number): boolean {
  return typeof token === 'number' ? token === code || token === ANY : token[code] === 1;
}

function parse(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let position = 0; position < pattern.length; position += 1) {
    const character = pattern.charAt(position);
    if (character === '*') {
      if (tokens[tokens.length - 1] !== STAR) tokens.push(STAR);
    } else if (character === '?') {
      tokens.push(ANY);
    } else if (character === '[') {
      const set = parseSet(pattern, position);
      tokens.push(set.codes);
      position = set.last;
    } else {
      if (character === '\\' && position + 1 < pattern.length) position += 1;
      tokens.push(pattern.charCodeAt(position));
    }
  }
  return tokens;
}

/** As in Redis, a set that is not closed ends with the pattern. */
function parseSet(pattern: string, start: number): { codes: Uint8Array; last: number } {
  let position = start + 1;
  const negated = pattern[position] === '^';
  if (negated) position += 1;
  const codes = new Uint8Array(256).fill(negated ? 1 : 0);
  for (; position < pattern.length && pattern[position] !== ']'; position += 1) {
    const escaped = pattern[position] === '\\' && position + 1 < pattern.length;
    if (escaped) position += 1;
    let low = pattern.charCodeAt(position);
    let high = low;
    // An escaped character does not begin a range.
    if (!escaped && pattern[position + 1] === '-' && position + 2 < pattern.length) {
      position += 2;
      high = pattern.charCodeAt(position);
      if (low > high) [low, high] = [high, low];
    }
    codes.fill(negated ? 0 : 1, low, high + 1);
  }
  return { codes, last: position };
}
