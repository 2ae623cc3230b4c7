import { COURSE } from './course.js';
import type { Group } from './map.js';
import type { ConceptStatus } from './status.js';

/** The course, and where somebody is on it. */
export interface Path {
  readonly parts: readonly Group[];
  /** The first concept that was not read; undefined at the end. */
  readonly next: ConceptStatus | undefined;
}

/** @param statuses of all concepts that have a page */
export function pathOf(statuses: readonly ConceptStatus[]): Path {
  const parts = COURSE.map(({ title, concepts }) => ({
    title,
    concepts: concepts.flatMap((id) => statuses.find(({ concept }) => concept.id === id) ?? []),
  })).filter(({ concepts }) => concepts.length > 0);
  return { parts, next: parts.flatMap(({ concepts }) => concepts).find(({ readAt }) => readAt === null) };
}

/** What comes after a concept on the course; undefined for the last one. */
export function afterwards({ parts }: Path, id: string): ConceptStatus | undefined {
  const all = parts.flatMap(({ concepts }) => concepts);
  const at = all.findIndex(({ concept }) => concept.id === id);
  return at < 0 ? undefined : all[at + 1];
}
