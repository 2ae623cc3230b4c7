import type { Problem } from '@quickbite/scenarios/lint';
import { SOURCES_FILE } from '../sources/index.js';
import type { Sources } from '../sources/index.js';
import type { Study } from './study.js';

/** Every section that a page covers or a claim comes from is one of the guides', and every source of a question is one of their questions. */
export function lintSources({ sections, questions }: Sources, study: Study): readonly Problem[] {
  return [
    ...study.concepts.flatMap(({ file, covers }) => unknown(file, 'section', covers, sections)),
    ...study.claims.flatMap(({ file, sources }) => unknown(file, 'section', sources, sections)),
    ...study.questions.flatMap(({ file, sources }) => unknown(file, 'question', sources, questions)),
  ];
}

function unknown(
  file: string,
  kind: 'section' | 'question',
  ids: readonly string[],
  known: readonly { readonly id: string }[],
): readonly Problem[] {
  return ids
    .filter((id) => !known.some((one) => one.id === id))
    .map((id) => ({ file, message: `names the ${kind} "${id}", which is not in ${SOURCES_FILE}` }));
}
