import { ExpectedError } from '@quickbite/runtime/errors';
import type { ConceptStatus } from '@quickbite/study/learn';
import { nearestName } from './nearest-name.js';

/** The concept of that id. @throws ExpectedError that names the nearest one when there is none */
export function findConcept(id: string, statuses: readonly ConceptStatus[]): ConceptStatus {
  const found = statuses.find(({ concept }) => concept.id === id);
  if (found) return found;
  const meant = nearestName(
    id,
    statuses.map(({ concept }) => concept.id),
  );
  throw new ExpectedError(`There is no concept "${id}".`, {
    next: meant ? `Did you mean "quickbite learn ${meant}"?` : 'List them with "quickbite learn".',
    exitCode: 2,
  });
}
