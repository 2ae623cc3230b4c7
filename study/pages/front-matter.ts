import { measured, rule } from '@quickbite/benchmarks/claims';
import { z } from 'zod';

/** The topics of the guide, in the order in which the map shows them. */
export const TOPICS = [
  'architecture',
  'resilience',
  'caching',
  'security',
  'data',
  'messaging',
  'notifications',
  'geography',
  'nodejs',
  'scaling',
] as const;
export type Topic = (typeof TOPICS)[number];

/** The parts of a system design interview, and the minutes that each has. */
export const PARTS = { requirements: 5, 'high-level': 10, 'deep-dive': 20, 'trade-offs': 10 } as const;
export type Part = keyof typeof PARTS;

/** How far somebody is expected to have come who is asked this. */
export const LEVELS = ['junior', 'mid', 'senior', 'staff'] as const;
export type Level = (typeof LEVELS)[number];

/** What a question asks for. */
export const KINDS = ['explain', 'design', 'debug', 'estimate', 'trade-off'] as const;
export type Kind = (typeof KINDS)[number];

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const ids = z.array(id);
const topic = z.enum(TOPICS);
const text = z.string().trim().min(1);
const texts = z.array(text);
/** An id of study/sources/sections.yml, e.g. `complete/day-2/rate-limiting`. */
const sections = z.array(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)*$/));

/** Where in the code it can be seen: a file, relative to the repository's root, and what it declares. */
const declaration = z.strictObject({ file: text, symbol: text });
/** The same, or the path of a whole file. */
const codeReference = z.union([
  text.transform((file): { file: string; symbol?: string } => ({ file })),
  z.strictObject({ file: text, symbol: text.exactOptional() }),
]);

const common = { id: z.string(), title: text };

/** Front matter of a page of docs/guide. Lists may be empty, not absent: who writes a page has thought of each. */
export const conceptMatter = z.strictObject({
  ...common,
  topic,
  /** Concepts to know first. */
  prerequisites: ids,
  /** Scenarios that show it: exactly those that name it. */
  scenarios: ids,
  /** Why no scenario can show it; only where there is none. */
  noScenario: text.optional(),
  /** Benchmarks that measure it: exactly those that name it. */
  benches: ids.default([]),
  questions: ids,
  claims: ids,
  code: z.array(declaration).min(1),
  /** Sections of the source guides that this page covers. */
  covers: sections,
});

const keyPoint = z.strictObject({
  /** What a good answer says, as a sentence. */
  point: text,
  /** 1: nice to hear, 2: expected, 3: without it the answer is wrong. */
  weight: z.int().min(1).max(3),
  /** Other words for it, by which a typed answer is recognised. */
  synonyms: z.array(text).default([]),
  /** Where in a system design interview it is to be said; only questions with parts are asked as one. */
  part: z.enum(Object.keys(PARTS) as [Part, ...Part[]]).optional(),
});

const evidence = z
  .strictObject({
    scenario: id,
    arm: z.enum(['undefended', 'defended']).optional(),
    /** Name of a check of the scenario; its measured value is quoted. */
    check: text.optional(),
    /** Name of a value that the story records. */
    value: text.optional(),
    /** What the candidate can say, with `{value}` in the place of the number and its unit. */
    sentence: text.includes('{value}'),
    /** The key point that it bears out, in that point's words: a check that fails contradicts it. */
    supports: text.optional(),
  })
  .refine(({ check, value }) => (check === undefined) !== (value === undefined), {
    message: 'expected either check or value',
  });

/** Front matter of a page of docs/interview. */
export const questionMatter = z.strictObject({
  ...common,
  topic,
  level: z.enum(LEVELS),
  kind: z.enum(KINDS),
  /** How long a good answer takes. */
  minutes: z.number().positive().max(60),
  keyPoints: z.array(keyPoint).min(1),
  /** What candidates get wrong. */
  mistakes: texts.min(1),
  /** Ids of questions, or questions in words. */
  followUps: texts.min(1),
  concepts: ids.min(1),
  /** What runs of scenarios measured that supports an answer. */
  evidence: z.array(evidence),
  /** Benchmarks whose figures help to answer it: exactly those that name it. */
  benches: ids.default([]),
  /** Questions of the source guides that it takes up. */
  sources: sections,
  /** Claims that name it: exactly those. */
  claims: ids.default([]),
});

/** Front matter of a team's own question: the same, of which only what is needed to ask and to judge it has to be there. */
export const ownQuestionMatter = questionMatter.extend({
  mistakes: texts.default([]),
  followUps: texts.default([]),
  concepts: ids.default([]),
  evidence: z.array(evidence).default([]),
  sources: sections.default([]),
});

/** Front matter of a page of docs/claims. */
export const claimMatter = z
  .strictObject({
    ...common,
    topic,
    /** Sections of the source guides that say so. */
    sources: sections.min(1),
    concepts: ids.default([]),
    questions: ids.default([]),
    code: z.array(codeReference).default([]),
    measured,
    rule: rule.exactOptional(),
  })
  .refine((page) => 'notHere' in page.measured === (page.rule === undefined), {
    message: 'expected a rule, or measured: { notHere } with the reason why there is none',
  });
