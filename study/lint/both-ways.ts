import type { Problem } from '@quickbite/scenarios/lint';
import type { Concept, Question } from '../pages/index.js';
import type { Study } from './study.js';

/** What a concept lists, and what names it. */
export const LINKS = ['scenarios', 'benches', 'questions', 'claims'] as const;
type Links = Readonly<Record<(typeof LINKS)[number], readonly string[]>>;
/** What a question lists, and what names it. */
export const QUESTION_LINKS = ['benches', 'claims'] as const;

/** What names a concept. */
export function linksOf({ id }: Concept, { catalog, benches, questions, claims }: Study): Links {
  const naming = (things: readonly { readonly id: string; readonly concepts: readonly string[] }[]): string[] =>
    things.filter(({ concepts }) => concepts.includes(id)).map((thing) => thing.id);
  return { scenarios: naming(catalog), benches: naming(benches), questions: naming(questions), claims: naming(claims) };
}

/** What names a question. */
export const linksOfQuestion = ({ id }: Question, { benches, claims }: Study) => ({
  benches: benches.filter(({ questions }) => questions.includes(id)).map((bench) => bench.id),
  claims: claims.filter(({ questions }) => questions.includes(id)).map((claim) => claim.id),
});

/** A concept lists exactly the scenarios, benchmarks, questions and claims that name it, a question the benchmarks and the claims; a concept that has no scenario says why; nothing stands alone. */
export function lintBothWays(study: Study): readonly Problem[] {
  return [
    ...study.concepts.flatMap((concept) => {
      const links = linksOf(concept, study);
      return [...lintScenarios(concept, links), ...differences(concept, LINKS, links)];
    }),
    ...study.questions.flatMap((question) => differences(question, QUESTION_LINKS, linksOfQuestion(question, study))),
  ];
}

function lintScenarios({ file, noScenario }: Concept, { scenarios }: Links): readonly Problem[] {
  if (scenarios.length === 0 && noScenario === undefined) {
    const message = 'is a concept that no scenario shows: expected one that names it, or noScenario with the reason';
    return [{ file, message }];
  }
  if (scenarios.length > 0 && noScenario !== undefined)
    return [{ file, message: `says why no scenario shows it, and ${scenarios.join(', ')} does: remove noScenario` }];
  return [];
}

/** @param keys the lists of a page @param links what they should hold */
function differences<K extends string>(
  page: Readonly<Record<K, readonly string[]>> & { readonly file: string },
  keys: readonly K[],
  links: Readonly<Record<K, readonly string[]>>,
): readonly Problem[] {
  const next = '; "quickbite lab check --fix" puts it right';
  return keys.flatMap((key) => {
    const listed = page[key];
    return [
      ...links[key]
        .filter((id) => !listed.includes(id))
        .map((id) => `does not list "${id}" under ${key}, which names it`),
      ...listed
        .filter((id) => !links[key].includes(id))
        .map((id) => `lists "${id}" under ${key}, which does not name it`),
    ].map((message) => ({ file: page.file, message: message + next }));
  });
}
