import { describe, expect, it } from 'vitest';
import { globMatcher } from './glob.js';

describe('a glob', () => {
  it.each([
    ['h?llo', ['hello', 'hallo'], ['hllo', 'heello']],
    ['h*llo', ['hllo', 'heeeello'], ['hell', 'xhllo']],
    ['*a*b*', ['ab', 'xaxbx', 'aab'], ['ba', 'a', '']],
    ['h[ae]llo', ['hello', 'hallo'], ['hillo']],
    ['h[^e]llo', ['hallo'], ['hello', 'hllo']],
    ['[a-c]1', ['a1', 'b1', 'c1'], ['d1', 'A1']],
    ['[c-a]', ['a', 'b', 'c'], ['d']],
    ['[a\\]]x', ['ax', ']x'], ['\\x']],
    ['[\\a-c]', ['a', '-', 'c'], ['b']],
    ['[abc', ['a', 'c'], ['d', '[abc']],
    ['[]', [], ['', 'a']],
    ['a\\*', ['a*'], ['ab', 'a\\']],
    ['**', ['anything'], ['']],
    ['*', ['', 'anything'], []],
    ['', [''], ['a']],
    ['\n?', ['\n\n', '\n\xff'], ['\n']],
  ])('%j matches what Redis says', (pattern, matching, others) => {
    expect(matching.filter((text) => !globMatcher(pattern)(text))).toEqual([]);
    expect(others.filter((text) => globMatcher(pattern)(text))).toEqual([]);
  });

  it('with many stars answers in no time about a text that does not match', () => {
    const started = performance.now();
    expect(globMatcher(`${'*a'.repeat(50)}*b`)('a'.repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
