import { expect, test } from 'vitest';
import { someAnswer } from '../testing/some-answer.js';
import { someCard } from '../testing/some-card.js';
import { followUpOf, planMixedRound, reportOf } from './index.js';

const card = someCard('breaker', { followUps: ['listed', 'Ten gateways: ten breakers?'] });
const about = (id: string, ...points: string[]) =>
  someCard(id, {
    title: 'Another question',
    keyPoints: points.map((point) => ({ point, weight: 2, synonyms: [] })),
  });

test('a mixed round has as many topics and kinds as it can, and nothing twice', () => {
  const cards = [
    ...['a', 'b', 'c', 'd'].map((id) => someCard(id)),
    someCard('e', { topic: 'caching' }),
    someCard('f', { topic: 'data', kind: 'debug' }),
  ];
  const chosen = planMixedRound(cards, 3, () => 0.5).map(({ topic }) => topic);
  expect(new Set(chosen)).toEqual(new Set(['resilience', 'caching', 'data']));
  expect(planMixedRound(cards, 99, Math.random)).toHaveLength(6);
});

test('a follow-up is about what was missed', () => {
  const bank = [card, about('fast', 'It fails fast and early'), about('own', 'Each dependency has one of its own')];
  const next = (missed: string) => followUpOf(card, [missed], bank, new Set());
  expect(next('It fails fast')).toMatchObject({ card: { id: 'fast' } });
  expect(next('One for each dependency')).toMatchObject({ card: { id: 'own' } });
});

test('a follow-up was not asked before; in words when no question fits, none when there is nothing', () => {
  const bank = [card, about('fast', 'It fails fast')];
  expect(followUpOf(card, ['It fails fast'], bank, new Set(['fast']))).toEqual({ words: 'listed' });
  const bare = { ...card, followUps: ['Why?'] };
  expect(followUpOf(bare, ['It fails fast'], [bare], new Set())).toEqual({ words: 'Why?' });
  expect(followUpOf(bare, [], [bare], new Set(['Why?']))).toBeUndefined();
});

test('a report says what was covered, missed and mistaken, and what to read and run', () => {
  const answer = someAnswer('breaker', {
    covered: ['It fails fast'],
    missed: ['One for each dependency'],
    mistakes: ['It retries'],
    seconds: 65,
  });
  const asked = someCard('breaker', {
    evidence: [{ scenario: 'circuit-breaker', check: 'x', sentence: 'It was {value}.' }],
  });
  const report = reportOf(
    {
      kind: 'system-design',
      startedAt: '2026-01-31T10:00:00.000Z',
      endedAt: '2026-01-31T10:45:00.000Z',
      asked: [{ card: asked, answer, evidence: { quotes: [], notRun: ['circuit-breaker'], contradictions: ['Oh.'] } }],
      alsoAsked: ['Why?'],
      parts: [{ title: 'requirements', minutes: 5, seconds: 301 }],
    },
    [],
  );
  for (const line of [
    '# System design, 2026-01-31 10:00 UTC',
    '| requirements | 5 min | 5:01 min | over |',
    '### Covered\n\n- It fails fast',
    '### Missed\n\n- One for each dependency',
    '### Mistakes\n\n- It retries',
    '### Your runs say otherwise\n\n- Oh.',
    '- `quickbite learn circuit-breaker`',
    '- `quickbite scenario circuit-breaker`',
    '- Why?',
    '50 % covered, rated hard, 1:05 min of 2 min',
  ])
    expect(report).toContain(line);
});
