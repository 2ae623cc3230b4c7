import { defaultContext } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import { afterwards, pathOf, statusOfConcepts } from '@quickbite/study/learn';
import { readConcepts, readQuestions } from '@quickbite/study/pages';
import { expect, test } from 'vitest';
import { renderConcept } from './learn-page.js';
import { createTheme } from './theme.js';

const { root } = defaultContext();
const plain = (text: string): string => text;
const theme = {
  ...createTheme('stdout'),
  ...{ heading: plain, strong: plain, muted: plain, ok: plain, warn: plain, bad: plain, command: plain, link: plain },
};

test('no line of any page of the guide is wider than 80 columns', async () => {
  const width = 80;
  const [concepts, questions] = await Promise.all([readConcepts(root), readQuestions(root)]);
  const progress = { version: 1 as const, read: {}, answers: [], sessions: [] };
  const known = { catalog, concepts: concepts.pages, questions: questions.pages, outcomes: new Map(), progress };
  const statuses = statusOfConcepts(known);
  expect(statuses.length).toBeGreaterThan(70);
  const path = pathOf(statuses);
  const tooWide = statuses.flatMap((status) => {
    const next = afterwards(path, status.concept.id);
    const lines = renderConcept(status, { width, theme, next }).split('\n');
    return lines.filter((line) => line.length > width).map((line) => `${status.concept.id}: ${line}`);
  });
  expect(tooWide).toEqual([]);
}, 60_000);
