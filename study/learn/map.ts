import { TOPICS } from '../pages/index.js';
import { COURSE } from './course.js';
import type { ConceptStatus } from './status.js';

/** Concepts that belong together, in the order of the course. */
export interface Group {
  readonly title: string;
  readonly concepts: readonly ConceptStatus[];
}

const ORDER = COURSE.flatMap(({ concepts }) => concepts);

/** Concepts by topic. */
export function mapOf(statuses: readonly ConceptStatus[]): readonly Group[] {
  const sorted = statuses.toSorted((a, b) => ORDER.indexOf(a.concept.id) - ORDER.indexOf(b.concept.id));
  return TOPICS.map((topic) => ({
    title: topic,
    concepts: sorted.filter(({ concept }) => concept.topic === topic),
  })).filter(({ concepts }) => concepts.length > 0);
}
