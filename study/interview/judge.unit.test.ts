import { describe, expect, test } from 'vitest';
import type { Progress } from '../progress/index.js';
import { someAnswer } from '../testing/some-answer.js';
import { someCard } from '../testing/some-card.js';
import { judge, queueOf, startClock, statisticsOf } from './index.js';

const NOW = new Date('2026-02-01T00:00:00Z');
const card = someCard('a');
const [essential, expected, nice] = card.keyPoints.map(({ point }) => point) as [string, string, string];
const progressOf = (...answers: Progress['answers']): Progress => ({ version: 1, read: {}, answers, sessions: [] });
const attempt = (covered: readonly string[], changes = {}) => ({
  at: NOW,
  how: 'typed' as const,
  seconds: 60,
  covered,
  mistakes: [],
  ...changes,
});

describe('an answer', () => {
  test.each([
    ['everything, within the time', [essential, expected, nice], {}, 'easy'],
    ['everything, too slowly', [essential, expected, nice], { seconds: 121 }, 'good'],
    ['all but the least', [essential, expected], {}, 'good'],
    ['the essential and little else', [essential, nice], {}, 'hard'],
    ['everything and a mistake', [essential, expected, nice], { mistakes: ['It retries'] }, 'hard'],
    ['everything but the essential', [expected, nice], {}, 'again'],
    ['nothing', [], {}, 'again'],
  ])('that covers %s is rated so', (_name, covered, changes, rating) => {
    expect(judge(card, attempt(covered, changes), progressOf()).rating).toBe(rating);
  });

  test('that misses more comes back sooner', () => {
    const due = [[essential, expected, nice], [essential, expected], [essential, nice], []].map((covered) =>
      new Date(judge(card, attempt(covered), progressOf()).card.due).getTime(),
    );
    expect(due).toEqual([...due].sort((a, b) => b - a));
    expect(new Set(due).size).toBe(4);
  });

  test('goes on from what the scheduler knew after the last one', () => {
    const first = judge(card, attempt([essential, expected, nice]), progressOf());
    const at = new Date(first.card.due);
    const second = judge(card, attempt([essential, expected, nice], { at }), progressOf(first));
    expect(second.card.reps).toBe(2);
    expect(second.card.stability).toBeGreaterThan(first.card.stability);
  });

  test('says what was covered and missed in the words of the card, and drops what the card does not have', () => {
    expect(judge(card, attempt([essential, 'something else']), progressOf())).toMatchObject({
      covered: [essential],
      missed: [expected, nice],
    });
  });
});

describe('what is asked', () => {
  const dueAt = (question: string, due: string) =>
    someAnswer(question, { card: { ...someAnswer(question).card, due } });
  const cards = [
    someCard('later'),
    someCard('new-staff', { level: 'staff' }),
    someCard('older'),
    someCard('due'),
    someCard('new'),
  ];
  const progress = progressOf(
    dueAt('due', '2026-01-31T00:00:00.000Z'),
    dueAt('later', '2026-03-01T00:00:00.000Z'),
    dueAt('older', '2026-01-01T00:00:00.000Z'),
  );

  test('is what is due, the longest overdue first; then what is new, the easier levels first', () => {
    const { due, fresh, nextDue } = queueOf(cards, progress, NOW);
    expect(due.map(({ id }) => id)).toEqual(['older', 'due']);
    expect(fresh.map(({ id }) => id)).toEqual(['new', 'new-staff']);
    expect(nextDue).toBe('2026-03-01T00:00:00.000Z');
  });

  test('is summed up by topic, with what was missed last', () => {
    const { topics, missed, answers } = statisticsOf(
      [card, someCard('b', { topic: 'caching' })],
      progressOf(judge(card, attempt([essential]), progressOf())),
      NOW,
    );
    expect(topics).toMatchObject([
      { topic: 'resilience', questions: 1, answered: 1, coverage: 0.5, remembered: 1 },
      { topic: 'caching', questions: 1, answered: 0, coverage: null, remembered: null },
    ]);
    expect(missed.map(({ point }) => point)).toEqual([expected, nice]);
    expect(answers).toBe(1);
  });
});

test('a clock does not count pauses', () => {
  let now = 1000;
  const clock = startClock(() => now);
  now += 500;
  clock.pause();
  now += 10_000;
  clock.pause();
  expect([clock.elapsed(), clock.paused]).toEqual([500, true]);
  clock.resume();
  clock.resume();
  now += 250;
  expect([clock.elapsed(), clock.paused]).toEqual([750, false]);
});
