import type { Problem } from '@quickbite/scenarios/lint';
import { SOURCES_FILE } from '../sources/index.js';
import type { Sources } from '../sources/index.js';
import type { Study } from './study.js';

/** Every section that a page covers, and every source that a question names, is one of the guides'. */
export function lintSources({ sections, questions }: Sources, study: Study): readonly Problem[] {
  const known = new Set([...sections, ...questions].map(({ id }) => id));
  const named = [
    ...study.concepts.map(({ file, covers }) => ({ file, ids: covers })),
    ...study.questions.map(({ file, sources }) => ({ file, ids: sources })),
  ];
  return named.flatMap(({ file, ids }) =>
    ids
      .filter((id) => !known.has(id))
      .map((id) => ({ file, message: `names the section "${id}", which is not in ${SOURCES_FILE}` })),
  );
}
