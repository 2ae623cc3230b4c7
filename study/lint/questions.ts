import { storyOf } from '@quickbite/scenarios/lint';
import type { Problem } from '@quickbite/scenarios/lint';
import type { Scenario } from '@quickbite/scenarios/protocol';
import type { Question } from '../pages/index.js';
import type { Study } from './study.js';

/** What a follow-up looks like that is meant as the id of a question. */
const LOOKS_LIKE_AN_ID = /^[a-z0-9]+(-[a-z0-9]+)+$/;

/** Follow-ups that are ids exist, and evidence quotes checks that its scenario makes, for key points that the card has. */
export function lintQuestions({ catalog, questions }: Study): readonly Problem[] {
  const known = new Set(questions.map(({ id }) => id));
  return questions.flatMap((question) => [
    ...question.followUps
      .filter((followUp) => LOOKS_LIKE_AN_ID.test(followUp) && !known.has(followUp))
      .map((followUp) => ({ file: question.file, message: `asks "${followUp}" next, which has no page` })),
    ...lintEvidence(question, catalog),
    ...lintKeyPoints(question),
  ]);
}

function lintEvidence({ file, evidence, keyPoints }: Question, catalog: readonly Scenario[]): readonly Problem[] {
  return evidence.flatMap(({ scenario: id, arm = 'both', check, supports }) => {
    const scenario = catalog.find((entry) => entry.id === id);
    const problems: Problem[] = [];
    if (scenario && check !== undefined && !makes(scenario, arm, check))
      problems.push({ file, message: `quotes the check "${check}" (${arm}), which ${storyOf(id)} does not make` });
    if (supports !== undefined && !keyPoints.some(({ point }) => point === supports))
      problems.push({ file, message: `has evidence for "${supports}", which is none of its key points` });
    return problems;
  });
}

const makes = (scenario: Scenario, arm: string, check: string): boolean =>
  scenario.withSettings([]).checks.some((made) => made.name === check && made.arm === arm);

/** Key points are ticked by their words, so no two may be the same; without one that is essential no answer could be wrong. */
function lintKeyPoints({ file, keyPoints }: Question): readonly Problem[] {
  const points = keyPoints.map(({ point }) => point);
  const essential = keyPoints.some(({ weight }) => weight === 3);
  const none = essential ? [] : [{ file, message: 'has no key point of weight 3, without which an answer is wrong' }];
  const twice = points
    .filter((point, n) => points.indexOf(point) !== n)
    .map((point) => ({ file, message: `has the key point "${point}" twice` }));
  return [...none, ...twice];
}
