import { expect, it } from 'vitest';
import { cacheRules } from './cache-control.js';

const unbound = { mayKeep: true, freshMs: undefined, staleIfErrorMs: Infinity };

it.each<[string, Record<string, string>, object]>([
  ['nothing', {}, unbound],
  ['max-age', { 'cache-control': 'public, max-age=30' }, { ...unbound, freshMs: 30_000 }],
  ['s-maxage before max-age', { 'cache-control': 'max-age=30, S-MaxAge="5"' }, { ...unbound, freshMs: 5000 }],
  ['no-cache: keep, but ask', { 'cache-control': 'no-cache, max-age=30' }, { ...unbound, freshMs: 0 }],
  ['an age that is no number', { 'cache-control': 'max-age=soon' }, unbound],
  ['stale-if-error', { 'cache-control': 'stale-if-error=60' }, { ...unbound, staleIfErrorMs: 60_000 }],
  [
    'must-revalidate',
    { 'cache-control': 'max-age=1, must-revalidate' },
    { mayKeep: true, freshMs: 1000, staleIfErrorMs: 0 },
  ],
  ['no-store', { 'cache-control': 'no-store' }, { ...unbound, mayKeep: false }],
  ['private', { 'cache-control': 'private, max-age=30' }, { ...unbound, mayKeep: false, freshMs: 30_000 }],
  ['an answer that varies', { vary: 'Accept-Language' }, { ...unbound, mayKeep: false }],
  ['an answer that varies in no way that matters', { vary: 'Origin, Accept-Encoding' }, unbound],
])('reads %s', (_what, headers, expected) => {
  expect(cacheRules(headers)).toEqual(expected);
});
