import { expect, it } from 'vitest';
import { createAnswerCopies } from './answer-copies.js';

const answer = (text: string, headers: Record<string, string> = {}) => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'set-cookie': 'secret', ...headers },
  body: Buffer.from(text),
});
const now = { ttlMs: 1000, epoch: 0 };

it('keeps the body and the headers that belong to it', () => {
  const copies = createAnswerCopies();
  copies.keep('/a?b=1', answer('one', { 'x-cache': 'miss' }), now);
  expect(copies.find('/a?b=1')).toMatchObject({
    body: Buffer.from('one'),
    headers: { 'content-type': 'application/json', 'x-cache': 'miss' },
  });
  expect(copies.find('/a')).toBeUndefined();
});

it('has one ETag for each body', () => {
  const copies = createAnswerCopies();
  const etag = (text: string) => copies.keep('/a', answer(text), now)?.etag();
  expect(etag('one')).toMatch(/^"[\w-]{27}"$/);
  expect(etag('one')).toBe(etag('one'));
  expect(etag('one')).not.toBe(etag('two'));
});

it('lets a copy be fresh for its time, and stand in for longer', () => {
  let time = 0;
  const copies = createAnswerCopies({ now: () => time });
  const copy = copies.keep('/a', answer('one', { 'cache-control': 'max-age=2, stale-if-error=3' }), now);
  if (!copy) throw new Error('expected a copy');
  expect(copies.freshForMs(copy, 0)).toBe(2000);
  expect(copies.freshForMs(copy, 1)).toBe(0);
  time = 4999;
  expect(copies.freshForMs(copy, 0)).toBeLessThan(0);
  expect(copies.mayStandIn(copy)).toBe(true);
  expect(copies.ageMs(copy)).toBe(4999);
  time = 5000;
  expect(copies.mayStandIn(copy)).toBe(false);
  expect(copies.freshForMs(copies.renew('/a', copy, now), 0)).toBe(2000);
});

it('forgets what it may not keep any more', () => {
  const copies = createAnswerCopies();
  copies.keep('/a', answer('one'), now);
  expect(copies.keep('/a', answer('two', { 'cache-control': 'no-store' }), now)).toBeUndefined();
  expect(copies.find('/a')).toBeUndefined();
});

it('forgets what was read longest ago when there is too much of it', () => {
  const copies = createAnswerCopies({ maxEntries: () => 2 });
  for (const path of ['/a', '/b']) copies.keep(path, answer(path), now);
  copies.find('/a');
  copies.keep('/c', answer('/c'), now);
  expect(['/a', '/b', '/c'].map((path) => copies.find(path) !== undefined)).toEqual([true, false, true]);
});

it('bounds its memory by the size of the bodies', () => {
  const copies = createAnswerCopies({ maxBytes: 1000 });
  for (const path of ['/a', '/b', '/c']) copies.keep(path, answer('x'.repeat(450)), now);
  expect(copies.find('/a')).toBeUndefined();
  expect(copies.find('/c')).toBeDefined();
});

it('throws nothing away while a lab says so', () => {
  let bounded = false;
  const copies = createAnswerCopies({ maxEntries: () => 1, isBounded: () => bounded });
  const known = () => ['/a', '/b'].filter((path) => copies.find(path) !== undefined);
  for (const path of ['/a', '/b']) copies.keep(path, answer(path), now);
  expect(known()).toEqual(['/a', '/b']);
  bounded = true;
  for (const path of ['/a', '/b']) copies.keep(path, answer(path), now);
  expect(known()).toEqual(['/b']);
  bounded = false;
  expect(known()).toEqual([]);
});
