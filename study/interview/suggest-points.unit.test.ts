import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultContext } from '@quickbite/runtime/stack';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readQuestions } from '../pages/index.js';
import { suggestPoints } from './suggest-points.js';

const samples = z.array(
  z.strictObject({
    question: z.string(),
    grade: z.enum(['good', 'partial', 'wrong', 'empty', 'off-topic']),
    answer: z.string(),
    covers: z.array(z.int().positive()),
  }),
);
const read = (name: string) =>
  samples.parse(parse(readFileSync(path.join(import.meta.dirname, 'samples', `${name}.yml`), 'utf8')));
const { pages } = await readQuestions(defaultContext().root);

/** One key point of one sample: whether it was found, and whether a person ticked it. */
function judged(sample: z.infer<typeof samples>[number], suggest = suggestPoints) {
  const question = pages.find(({ id }) => id === sample.question);
  if (!question) throw new Error(`there is no question "${sample.question}"`);
  const { keyPoints } = question;
  if (Math.max(0, ...sample.covers) > keyPoints.length) throw new Error(`${sample.question} has fewer key points`);
  const found = suggest(sample.answer, keyPoints);
  return keyPoints.map(({ point }, n) => {
    const ticked = sample.covers.includes(n + 1);
    return { sample, point, ticked, found: found[n] ?? false };
  });
}
const agreement = (points: readonly { ticked: boolean; found: boolean }[]): number =>
  points.filter(({ ticked, found }) => ticked === found).length / points.length;

const parts = { tuning: read('tuning'), 'held-out': read('held-out'), unseen: read('unseen') };
const all = Object.values(parts).flat();

test('there are at least 40 samples of all kinds', () => {
  expect(all.length).toBeGreaterThanOrEqual(40);
  expect(new Set(all.map(({ grade }) => grade)).size).toBe(5);
});

test.each(Object.entries(parts))('suggestions agree with the hand grading, %s part', (_name, part) => {
  expect(agreement(part.flatMap((sample) => judged(sample)))).toBeGreaterThanOrEqual(0.85);
  // What is empty or off the topic is easy: the rest must agree by itself.
  const real = part.filter(({ grade }) => !['empty', 'off-topic'].includes(grade));
  expect(agreement(real.flatMap((sample) => judged(sample)))).toBeGreaterThanOrEqual(0.85);
});

test.each(Object.entries(parts))(
  'most of what was said is found, and most of what is found was said, %s part',
  (_name, part) => {
    const points = part.flatMap((sample) => judged(sample));
    const right = points.filter(({ ticked, found }) => ticked && found).length;
    expect(right / points.filter(({ ticked }) => ticked).length).toBeGreaterThanOrEqual(0.7);
    expect(right / points.filter(({ found }) => found).length).toBeGreaterThanOrEqual(0.85);
  },
);

test.each([true, false])('suggesting %s for every point would not agree', (always) => {
  const points = all.flatMap((sample) => judged(sample, (_answer, keyPoints) => keyPoints.map(() => always)));
  expect(agreement(points)).toBeLessThan(0.75);
});

const points = [
  { point: 'A 4xx is not a failure', synonyms: ['404 does not count'] },
  { point: 'Retries use the same idempotency key', synonyms: ['same key'] },
];
test.each([
  ['I am retrying with idempotncy keys that are the same.', [false, true]],
  ['A 404 does count.', [false, false]],
  ['A 404 doesn’t count.', [true, false]],
  ['It is not the same key.', [false, false]],
  [
    'Same is said here, and many other words follow that have nothing to do with it at all before a key turns up.',
    [false, false],
  ],
  ['', [false, false]],
])('the points in %j are found', (answer, found) => {
  expect(suggestPoints(answer, points)).toEqual(found);
});
