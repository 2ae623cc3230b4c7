import { expect, it } from 'vitest';
import { createLastGoodAnswers } from './last-good-answers.js';

const answer = (text: string) => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'x-cache': 'hit' },
  body: Buffer.from(text),
});

it('recalls what it remembers, with its age in whole seconds', () => {
  let now = 1000;
  const answers = createLastGoodAnswers({ now: () => now });
  answers.remember('/a', answer('1'));
  now = 4999;
  expect(answers.recall('/a')).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-fallback': 'last-good', age: '3' },
    body: Buffer.from('1'),
  });
  expect(answers.recall('/b')).toBeUndefined();
});

it('keeps the newer of two', () => {
  const answers = createLastGoodAnswers();
  answers.remember('/a', answer('old'));
  answers.remember('/a', answer('new'));
  expect(answers.recall('/a')?.body.toString()).toBe('new');
});

it('forgets the least recently used when it has too many', () => {
  const answers = createLastGoodAnswers({ maxEntries: 2 });
  answers.remember('/a', answer('a'));
  answers.remember('/b', answer('b'));
  answers.recall('/a');
  answers.remember('/c', answer('c'));
  expect(answers.recall('/b')).toBeUndefined();
  expect(answers.recall('/a')).toBeDefined();
});

it('stays below its bytes, and does not keep what is larger', () => {
  const answers = createLastGoodAnswers({ maxBytes: 100 });
  answers.remember('/a', answer('x'.repeat(60)));
  answers.remember('/b', answer('x'.repeat(60)));
  expect(answers.recall('/a')).toBeUndefined();
  expect(answers.recall('/b')).toBeDefined();
  answers.remember('/c', answer('x'.repeat(200)));
  expect(answers.recall('/c')).toBeUndefined();
});
