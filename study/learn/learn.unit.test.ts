import type { Scenario } from '@quickbite/scenarios/protocol';
import { describe, expect, it } from 'vitest';
import type { Concept, Question } from '../pages/index.js';
import type { Progress } from '../progress/index.js';
import { COURSE } from './course.js';
import { mapOf } from './map.js';
import { afterwards, pathOf } from './path.js';
import { statusOfConcepts } from './status.js';

const [first = '', second = '', third = ''] = COURSE.flatMap(({ concepts }) => concepts);
const concept = (id: string, more: Partial<Concept> = {}): Concept => ({
  ...{ id, title: id, file: `docs/guide/${id}.md`, text: 'Text.' },
  ...{
    prerequisites: [],
    scenarios: [],
    benches: [],
    questions: [],
    claims: [],
    code: [],
    covers: [],
    topic: 'architecture' as const,
  },
  ...more,
});
const nothing: Progress = { version: 1, read: {}, answers: [], sessions: [] };
const knowledge = { catalog: [], questions: [], outcomes: new Map(), progress: nothing };
/** In another order than the course. */
const concepts = [concept(second), concept(third, { topic: 'scaling' }), concept(first)];

describe('the course', () => {
  it('has every concept once', () => {
    const all = COURSE.flatMap((part) => part.concepts);
    expect(new Set(all).size).toBe(all.length);
  });

  it('goes on with the first concept that was not read, in its own order', () => {
    const readFirst = { ...nothing, read: { [first]: '2026-01-01T00:00:00.000Z' } };
    const path = pathOf(statusOfConcepts({ ...knowledge, concepts, progress: readFirst }));
    expect(path.parts.map((part) => part.concepts.map((status) => status.concept.id))).toEqual([
      [first, second, third],
    ]);
    expect(path.next?.concept.id).toBe(second);
    expect(afterwards(path, second)?.concept.id).toBe(third);
    expect(afterwards(path, third)).toBeUndefined();
  });

  it('has an end', () => {
    const read = Object.fromEntries([first, second, third].map((id) => [id, '2026-01-01T00:00:00.000Z']));
    expect(pathOf(statusOfConcepts({ ...knowledge, concepts, progress: { ...nothing, read } })).next).toBeUndefined();
  });

  it('leaves out what has no page yet', () => {
    expect(pathOf(statusOfConcepts({ ...knowledge, concepts: [concept(third)] })).next?.concept.id).toBe(third);
  });
});

describe('the map', () => {
  it('shows topics in their order, and in each what comes first on the course', () => {
    const some = [concept(third), concept(second, { topic: 'scaling' }), concept(first)];
    const groups = mapOf(statusOfConcepts({ ...knowledge, concepts: some }));
    expect(groups.map((group) => [group.title, ...group.concepts.map((status) => status.concept.id)])).toEqual([
      ['architecture', first, third],
      ['scaling', second],
    ]);
  });
});

describe('what was done about a concept', () => {
  it('is what was read, which of its scenarios were run and how, and which of its questions were answered', () => {
    const scenario = (id: string, about: string): Scenario => ({ id, concepts: [about] }) as unknown as Scenario;
    const question = (id: string, about: string): Question => ({ id, concepts: [about] }) as unknown as Question;
    const answer = { question: 'why', at: '2026-01-02T00:00:00.000Z' } as Progress['answers'][number];
    const [status] = statusOfConcepts({
      concepts: [concept(first)],
      catalog: [scenario('one', first), scenario('two', first), scenario('three', second)],
      questions: [question('why', first), question('how', first), question('when', second)],
      outcomes: new Map([['two', 'proved']]),
      progress: { ...nothing, answers: [answer] },
    });
    expect(status?.readAt).toBeNull();
    expect(status?.scenarios.map((entry) => [entry.scenario.id, entry.lastOutcome])).toEqual([
      ['one', null],
      ['two', 'proved'],
    ]);
    expect(status?.questions.map((entry) => [entry.question.id, entry.answeredAt])).toEqual([
      ['why', '2026-01-02T00:00:00.000Z'],
      ['how', null],
    ]);
  });
});
