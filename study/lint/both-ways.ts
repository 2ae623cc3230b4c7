import type { Problem } from '@quickbite/scenarios/lint';
import type { Concept } from '../pages/index.js';
import type { Study } from './study.js';

/** A concept lists exactly the scenarios, questions and claims that name it; one that has no scenario says why; nothing stands alone. */
export function lintBothWays(study: Study): readonly Problem[] {
  const { catalog, concepts, questions, claims } = study;
  const measured = new Set(catalog.flatMap((scenario) => scenario.claims));
  return [
    ...concepts.flatMap((concept) => [
      ...lintScenarios(concept, naming(catalog, concept.id)),
      ...differences(concept, 'scenarios', naming(catalog, concept.id)),
      ...differences(concept, 'questions', naming(questions, concept.id)),
      ...differences(concept, 'claims', naming(claims, concept.id)),
    ]),
    ...claims
      .filter(({ id }) => !measured.has(id))
      .map(({ file }) => ({ file, message: 'is a claim that no scenario measures' })),
  ];
}

const naming = (
  things: readonly { readonly id: string; readonly concepts: readonly string[] }[],
  concept: string,
): readonly string[] => things.filter(({ concepts }) => concepts.includes(concept)).map(({ id }) => id);

function lintScenarios({ file, noScenario }: Concept, shownBy: readonly string[]): readonly Problem[] {
  if (shownBy.length === 0 && noScenario === undefined)
    return [
      {
        file,
        message: 'is a concept that no scenario shows: expected one that names it, or noScenario with the reason',
      },
    ];
  if (shownBy.length > 0 && noScenario !== undefined)
    return [{ file, message: `says why no scenario shows it, and ${shownBy.join(', ')} does: remove noScenario` }];
  return [];
}

function differences(
  concept: Concept,
  key: 'scenarios' | 'questions' | 'claims',
  actual: readonly string[],
): readonly Problem[] {
  const { file } = concept;
  const listed = concept[key];
  if (listed === undefined) return [];
  return [
    ...actual
      .filter((id) => !listed.includes(id))
      .map((id) => ({ file, message: `does not list "${id}" under ${key}, which names it` })),
    ...listed
      .filter((id) => !actual.includes(id))
      .map((id) => ({ file, message: `lists "${id}" under ${key}, which does not name it` })),
  ];
}
