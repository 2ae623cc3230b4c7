import { storyOf } from '@quickbite/scenarios/lint';
import type { Problem } from '@quickbite/scenarios/lint';
import type { Study } from './study.js';

/** Whoever names something of another kind, what is named, and whether there must be at least one. */
interface Naming {
  readonly file: string;
  readonly kind: 'concept' | 'question' | 'claim' | 'scenario' | 'benchmark';
  readonly names: readonly string[];
  readonly atLeastOne?: boolean;
}

/** Every concept, question, claim and scenario that somebody names exists, and whoever must name one does. */
export function lintNames({ catalog, benches, concepts, questions, claims }: Study): readonly Problem[] {
  const known: Record<Naming['kind'], ReadonlySet<string>> = {
    concept: idsOf(concepts),
    question: idsOf(questions),
    claim: idsOf(claims),
    scenario: idsOf(catalog),
    benchmark: idsOf(benches),
  };
  const namings: Naming[] = [
    ...catalog.flatMap((scenario): Naming[] => {
      const file = storyOf(scenario.id);
      return [
        { file, kind: 'concept', names: scenario.concepts, atLeastOne: true },
        { file, kind: 'question', names: scenario.questions, atLeastOne: true },
        { file, kind: 'claim', names: scenario.claims, atLeastOne: true },
      ];
    }),
    ...benches.flatMap((bench): Naming[] => {
      const file = `benchmarks/suites/${bench.id}.ts`;
      return [
        { file, kind: 'concept', names: bench.concepts, atLeastOne: true },
        { file, kind: 'question', names: bench.questions, atLeastOne: true },
      ];
    }),
    ...concepts.flatMap(
      ({ file, prerequisites, scenarios, benches: measured, questions: asked, claims: claimed }): Naming[] => [
        { file, kind: 'concept', names: prerequisites },
        { file, kind: 'scenario', names: scenarios },
        { file, kind: 'benchmark', names: measured },
        { file, kind: 'question', names: asked },
        { file, kind: 'claim', names: claimed },
      ],
    ),
    ...questions.flatMap(({ file, concepts: about, benches: measured, evidence, claims: claimed }): Naming[] => [
      { file, kind: 'benchmark', names: measured },
      { file, kind: 'concept', names: about },
      { file, kind: 'scenario', names: evidence.map(({ scenario }) => scenario) },
      { file, kind: 'claim', names: claimed },
    ]),
    ...claims.flatMap(({ file, concepts: about, questions: asked }): Naming[] => [
      { file, kind: 'concept', names: about, atLeastOne: true },
      { file, kind: 'question', names: asked, atLeastOne: true },
    ]),
  ];
  return namings.flatMap(({ file, kind, names, atLeastOne }) => {
    if (names.length === 0 && atLeastOne) return [{ file, message: `names no ${kind}` }];
    return names
      .filter((name) => !known[kind].has(name))
      .map((name) => ({ file, message: `names the ${kind} "${name}", which has no ${PLACE[kind]}` }));
  });
}

const PLACE = {
  concept: 'page',
  question: 'page',
  claim: 'page',
  scenario: 'folder in scenarios/catalog',
  benchmark: 'file in benchmarks/suites',
} as const;

const idsOf = (things: readonly { readonly id: string }[]): ReadonlySet<string> => new Set(things.map(({ id }) => id));
