import type { Problem } from '@quickbite/scenarios/lint';
import type { Concept } from '../pages/index.js';
import type { Study } from './study.js';

/** What a concept lists, and what names it. */
export const LINKS = ['scenarios', 'questions', 'claims'] as const;
type Links = Readonly<Record<(typeof LINKS)[number], readonly string[]>>;

/** What names a concept. */
export function linksOf({ id }: Concept, { catalog, questions, claims }: Study): Links {
  const naming = (things: readonly { readonly id: string; readonly concepts: readonly string[] }[]): string[] =>
    things.filter(({ concepts }) => concepts.includes(id)).map((thing) => thing.id);
  return { scenarios: naming(catalog), questions: naming(questions), claims: naming(claims) };
}

/** A concept lists exactly the scenarios, questions and claims that name it; one that has no scenario says why; nothing stands alone. */
export function lintBothWays(study: Study): readonly Problem[] {
  const measured = new Set(study.catalog.flatMap((scenario) => scenario.claims));
  return [
    ...study.concepts.flatMap((concept) => {
      const links = linksOf(concept, study);
      return [...lintScenarios(concept, links), ...differences(concept, links)];
    }),
    ...study.claims
      .filter(({ id }) => !measured.has(id))
      .map(({ file }) => ({ file, message: 'is a claim that no scenario measures' })),
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

function differences(concept: Concept, links: Links): readonly Problem[] {
  const next = '; "quickbite lab check --fix" puts it right';
  return LINKS.flatMap((key) => {
    const listed = concept[key];
    return [
      ...links[key]
        .filter((id) => !listed.includes(id))
        .map((id) => `does not list "${id}" under ${key}, which names it`),
      ...listed
        .filter((id) => !links[key].includes(id))
        .map((id) => `lists "${id}" under ${key}, which does not name it`),
    ].map((message) => ({ file: concept.file, message: message + next }));
  });
}
