import type { Scenario } from '@quickbite/scenarios/protocol';
import type { Claim, Concept, Question } from '../pages/index.js';
import type { Sources } from './read-sources.js';

/** Where a heading or a question of the source guides is taken up; lists of ids. */
export interface CoverageRow {
  readonly id: string;
  readonly title: string;
  readonly concepts: readonly string[];
  readonly scenarios: readonly string[];
  readonly questions: readonly string[];
  readonly claims: readonly string[];
}

/** What covers what. */
export interface Coverage {
  readonly sections: readonly CoverageRow[];
  readonly questions: readonly CoverageRow[];
}

/** The pages and scenarios among which a section is looked for. */
interface Pages {
  readonly catalog: readonly Scenario[];
  readonly concepts: readonly Concept[];
  readonly questions: readonly Question[];
  readonly claims: readonly Claim[];
}

/** A section is covered by the concepts that say so, and by what belongs to them; a question by those that name it as their source. */
export function coverageOf(sources: Sources, pages: Pages): Coverage {
  return {
    sections: sources.sections
      .filter(({ group }) => !group)
      .map(({ id, title }) => {
        const concepts = pages.concepts.filter(({ covers }) => covers.includes(id)).map((concept) => concept.id);
        return { id, title, concepts, ...belongingTo(concepts, pages) };
      }),
    questions: sources.questions.map(({ id, title }) => {
      const asked = pages.questions.filter((question) => question.sources.includes(id));
      const concepts = [...new Set(asked.flatMap((question) => question.concepts))];
      return { id, title, concepts, ...belongingTo(concepts, pages), questions: asked.map((question) => question.id) };
    }),
  };
}

function belongingTo(
  concepts: readonly string[],
  { catalog, questions, claims }: Pages,
): Pick<CoverageRow, 'scenarios' | 'questions' | 'claims'> {
  const naming = (things: readonly { readonly id: string; readonly concepts: readonly string[] }[]): string[] =>
    things.filter((thing) => thing.concepts.some((id) => concepts.includes(id))).map(({ id }) => id);
  return { scenarios: naming(catalog), questions: naming(questions), claims: naming(claims) };
}
